import { encodeTemplate, parseTemplate } from "sdtt";
import type { LanguageModel, Template } from "sdtt";
import { ApiError } from "../errors/api-error.ts";
import type { TextPlan, TextsPlan } from "../served-model.ts";
import { putBos } from "../texts/put-bos.ts";
import { drawSetting, revealOptions, seedOf } from "../texts/sampling-fields.ts";
import type { DenoiseRequest } from "./denoise-request.ts";

/** The one text of a request. */
export interface DenoisePlan extends TextsPlan {
  readonly text: TextPlan;
  /** An end of text at this position or a later one ends the text; none does if undefined. */
  readonly endsFrom: number | undefined;
}

export interface DenoiseBounds {
  readonly model: Pick<LanguageModel, "description" | "tokenizer" | "samplingDefaults">;
  /** Tokens of a text at most. */
  readonly maxLength: number;
}

/**
 * Plans the text of a request.
 *
 * @throws ApiError 400 naming the field; SdttError `usage` for a template without a gap.
 */
export function planDenoise(request: DenoiseRequest, { model, maxLength }: DenoiseBounds): DenoisePlan {
  const { description, tokenizer } = model;
  const { template, prompt, add_bos: addBos, ignore_eos: ignoreEos } = request;
  if (prompt != null && template != null) {
    throw new ApiError(400, "Give a prompt or a template, not both: a template may begin with the prompt.", {
      param: "prompt",
    });
  }
  const isBegun = prompt != null || template != null;
  const param = template == null ? (request.length == null ? "prompt" : "length") : "template";
  const parts =
    template == null ? [prompt ?? ""] : typeof template === "string" ? parseTemplate(template) : template;
  checkLength(widthOfGaps(parts), maxLength, param);
  const bos = addBos ?? (isBegun ? undefined : (model.samplingDefaults.addBos ?? false));
  const put = (goesOn: boolean) => putBos(encodeTemplate(parts, tokenizer, { goesOn }), bos, model);
  const written = put(template == null);
  const length =
    request.length ??
    (template == null ? Math.min(description.config.length, maxLength) : written.ids.length);
  // A template for which more is asked than it holds continues after its end, as a prompt does.
  const given = template != null && length > written.ids.length ? put(true) : written;
  checkLength(Math.max(given.ids.length, length), maxLength, param);
  const ids = layOut(given.ids, { length, maskId: tokenizer.maskId, param });
  const text: TextPlan = { template: ids, allowed: given.allowed, number: 0 };
  return {
    texts: [text],
    text,
    endsFrom:
      (isBegun || bos) && !ignoreEos ? ids.findLastIndex((id) => id !== tokenizer.maskId) + 1 : undefined,
    reveal: revealOptions(request, model),
    seed: seedOf(request, model),
    setting: drawSetting(request, model),
  };
}

interface Room {
  readonly length: number;
  readonly maskId: number;
  readonly param: string;
}

/** What is given at the beginning of a text, and masks after it. */
function layOut(given: Int32Array, { length, maskId, param }: Room): Int32Array {
  if (given.length > length) {
    throw new ApiError(400, `length is ${length}, but what is given has ${given.length} tokens.`, { param });
  }
  const ids = new Int32Array(length).fill(maskId);
  ids.set(given);
  if (ids.includes(maskId)) return ids;
  throw new ApiError(400, `The ${length} tokens are all given: leave a gap or ask for a greater length.`, {
    param,
  });
}

/** Gaps are counted before anything is allocated for them. */
function widthOfGaps(parts: Template): number {
  return parts.reduce((sum, part) => sum + (typeof part === "string" ? 0 : part.mask), 0);
}

function checkLength(length: number, maxLength: number, param: string): void {
  if (length <= maxLength) return;
  throw new ApiError(400, `A text holds at most ${maxLength} tokens; this one has ${length}.`, {
    param,
    code: "context_length_exceeded",
  });
}
