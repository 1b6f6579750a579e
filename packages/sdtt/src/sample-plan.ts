import { SdttError } from "@sdtt/core";
import type { TextOptions } from "@sdtt/scheduler";
import type { Tokenizer } from "@sdtt/tokenizer";
import type { TextSampleOptions } from "./language-model.ts";
import { encodeTemplate } from "./template.ts";

/**
 * The part of a request that is about text, in ids.
 *
 * @param trainedLength - tokens of a text, where neither a length nor a template says.
 * @throws SdttError `usage` for a prompt that leaves nothing to write, both a prompt and a template, or a tokenizer without
 *   an end-of-text token where one was asked for.
 */
export function planTexts(
  options: TextSampleOptions,
  tokenizer: Tokenizer,
  trainedLength: number,
): TextOptions {
  const { samples = 1, prompt, template, addBos = false, addEos = false, project } = options;
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
  const written = template ? encodeTemplate(template, tokenizer) : encodePrompt(prompt, tokenizer);
  const given = addBos ? Int32Array.of(endOfTextId!, ...written) : written;
  const length = options.length ?? (template ? given.length + (addEos ? 1 : 0) : trainedLength);
  const room = length - (addEos ? 1 : 0);
  if (given.length > room || (!template && given.length === room && prompt !== undefined)) {
    throw new SdttError(
      "usage",
      `The ${template ? "template" : "prompt"} takes ${given.length} of ${length} tokens and leaves nothing to write: shorten it or ask for a greater length.`,
    );
  }
  return {
    batch: samples,
    length,
    seed: options.seed ?? randomSeed(),
    template: given,
    addEos: addEos ? endOfTextId : undefined,
    project,
  };
}

function encodePrompt(prompt: string | ArrayLike<number> | undefined, tokenizer: Tokenizer): Int32Array {
  if (prompt === undefined) return new Int32Array(0);
  return typeof prompt === "string" ? tokenizer.encode(prompt) : Int32Array.from(prompt);
}

/** 48 bits from the system: enough that no two runs agree, few enough to type. */
function randomSeed(): number {
  const [high, low] = crypto.getRandomValues(new Uint32Array(2));
  return (high! % 2 ** 16) * 2 ** 32 + low!;
}
