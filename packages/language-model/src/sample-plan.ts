import { SdttError } from "@sdtt/core";
import { trainedWithBos } from "@sdtt/models";
import type { DenoiserDescription } from "@sdtt/models";
import { checkGuidance } from "@sdtt/scheduler";
import type { TextOptions } from "@sdtt/scheduler";
import type { Tokenizer } from "@sdtt/tokenizer";
import type { TextSampleOptions } from "./language-model.ts";
import { encodeTemplate } from "./template.ts";
import type { EncodedTemplate } from "./template.ts";

/** The part of a request that is about text, in ids. */
export interface PlannedTexts {
  readonly texts: TextOptions & { readonly template: Int32Array };
  /** An end of text at this position or a later one ends the text; none does if undefined. */
  readonly endsFrom: number | undefined;
}

interface Writer {
  readonly description: DenoiserDescription;
  readonly tokenizer: Tokenizer;
}

/**
 * Plans the texts of a request.
 *
 * @throws SdttError `usage` for a prompt that leaves nothing to write, both a prompt and a template, guidance without either, or
 *   a tokenizer without an end-of-text token where one was asked for.
 */
export function planTexts(options: TextSampleOptions, { description, tokenizer }: Writer): PlannedTexts {
  const { samples = 1, prompt, template, addEos = false, ignoreEos = false, project } = options;
  const isBegun = prompt !== undefined || template !== undefined;
  const addBos = options.addBos ?? (isBegun && beginsWithBos(description, tokenizer));
  if (prompt !== undefined && template !== undefined) {
    throw new SdttError(
      "usage",
      "Give a prompt or a template, not both: a template may begin with the prompt.",
    );
  }
  const { endOfTextId } = tokenizer;
  if ((addBos || addEos) && endOfTextId === undefined) {
    throw new SdttError("usage", "This tokenizer has no end-of-text token to begin or end with.");
  }
  const ends = addEos ? 1 : 0;
  const put = (goesOn: boolean) => {
    const given = encodeGiven(options, tokenizer, goesOn);
    return addBos ? putFirst(endOfTextId!, given) : given;
  };
  const written = put(template === undefined);
  const length = options.length ?? (template ? written.ids.length + ends : description.config.length);
  const room = length - ends;
  // A template for which more is asked than it holds continues after its end, as a prompt does.
  const { ids, allowed } = template && room > written.ids.length ? put(true) : written;
  if (ids.length > room || (ids.length === room && prompt !== undefined)) {
    throw promptTooLong({ what: template ? "template" : "prompt", taken: ids.length, length, addBos });
  }
  // The token that training texts begin with is no prompt.
  const given = [...ids.keys()].filter((at) => ids[at] !== tokenizer.maskId && ids[at] !== endOfTextId);
  checkGuidance(options.guidance, [{ given: Int32Array.from(given) }]);
  return {
    texts: {
      batch: samples,
      length,
      seed: seedOf(options),
      sequenceOffset: options.sequenceOffset,
      template: ids,
      allowed,
      addEos: addEos ? endOfTextId : undefined,
      project,
    },
    endsFrom:
      (isBegun || addBos) && !ignoreEos ? ids.findLastIndex((id) => id !== tokenizer.maskId) + 1 : undefined,
  };
}

/** The error of a text that has no room after what it begins with. */
export function promptTooLong(found: {
  readonly what: "prompt" | "template";
  /** Tokens of it. */
  readonly taken: number;
  readonly length: number;
  readonly addBos: boolean;
}): SdttError {
  const { what, taken, length, addBos } = found;
  const bos = addBos ? " (the beginning-of-text token is one)" : "";
  return new SdttError(
    "usage",
    `The ${what} takes ${taken}${bos} of ${length} tokens and leaves nothing to write: shorten it or ask for a greater length.`,
  );
}

/** The seed of a request: what it says, or what it is told in the result. */
export function seedOf(options: Pick<TextSampleOptions, "seed" | "temperature" | "topK">): number {
  return options.seed ?? (isGreedy(options) ? greedySeed : randomSeed());
}

/** Whether a text that someone begins gets the end-of-text token first, as the model's training texts have it. */
export function beginsWithBos(description: DenoiserDescription, { endOfTextId }: Tokenizer): boolean {
  return endOfTextId !== undefined && trainedWithBos(description);
}

/** Puts a token before a template, unless it is there already. */
export function putFirst(id: number, template: EncodedTemplate): EncodedTemplate {
  if (template.ids[0] === id) return template;
  // Not spread: a long template has more ids than a call takes arguments.
  const ids = new Int32Array(template.ids.length + 1);
  ids[0] = id;
  ids.set(template.ids, 1);
  return {
    ids,
    allowed: new Map(Array.from(template.allowed, ([position, tokens]) => [position + 1, tokens])),
    rest: template.rest,
  };
}

function encodeGiven(
  { prompt, template }: TextSampleOptions,
  tokenizer: Tokenizer,
  goesOn: boolean,
): EncodedTemplate {
  if (template) return encodeTemplate(template, tokenizer, { goesOn });
  if (typeof prompt === "string") return encodeTemplate([prompt], tokenizer, { goesOn });
  return { ids: Int32Array.from(prompt ?? []), allowed: new Map(), rest: "" };
}

/** What takes the likeliest tokens is the same text each time: only where they are written first is left to chance. */
const greedySeed = 0;

function isGreedy({ temperature, topK }: Pick<TextSampleOptions, "temperature" | "topK">): boolean {
  return temperature === 0 || topK === 1;
}

/** 48 bits from the system: enough that no two runs agree, few enough to type. */
function randomSeed(): number {
  const [high, low] = crypto.getRandomValues(new Uint32Array(2));
  return (high! % 2 ** 16) * 2 ** 32 + low!;
}
