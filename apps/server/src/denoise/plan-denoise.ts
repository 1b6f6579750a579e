import type { Tokenizer } from "@sdtt/tokenizer";
import { encodeTemplate, parseTemplate } from "sdtt";
import type { Template } from "sdtt";
import { ApiError } from "../errors/api-error.ts";
import type { TextsPlan } from "../served-model.ts";
import { defaultSteps, drawSetting, randomSeed } from "../texts/sampling-fields.ts";
import type { DenoiseRequest } from "./denoise-request.ts";

export interface DenoiseBounds {
  readonly tokenizer: Tokenizer;
  readonly trainedLength: number;
  /** Tokens of a text at most. */
  readonly maxLength: number;
}

/**
 * The one text of a request.
 *
 * @throws ApiError 400 naming the field; SdttError `usage` for a template without a gap.
 */
export function planDenoise(request: DenoiseRequest, bounds: DenoiseBounds): TextsPlan {
  const { steps, seed } = request;
  return {
    texts: [{ template: planTemplate(request, bounds), number: 0 }],
    steps: steps ?? defaultSteps,
    seed: seed ?? randomSeed(),
    setting: drawSetting(request),
  };
}

function planTemplate(request: DenoiseRequest, bounds: DenoiseBounds): Int32Array {
  const { tokenizer, trainedLength, maxLength } = bounds;
  const { template, prompt } = request;
  if (prompt != null && template != null) {
    throw new ApiError(400, "Give a prompt or a template, not both: a template may begin with the prompt.", {
      param: "prompt",
    });
  }
  const param = template == null ? (request.length == null ? "prompt" : "length") : "template";
  const parts =
    template == null ? [prompt ?? ""] : typeof template === "string" ? parseTemplate(template) : template;
  checkLength(widthOfGaps(parts), maxLength, param);
  const given = encodeTemplate(parts, tokenizer);
  const length = request.length ?? (template == null ? Math.min(trainedLength, maxLength) : given.length);
  checkLength(Math.max(given.length, length), maxLength, param);
  if (given.length > length) {
    throw new ApiError(400, `length is ${length}, but what is given has ${given.length} tokens.`, { param });
  }
  const ids = new Int32Array(length).fill(tokenizer.maskId);
  ids.set(given);
  if (ids.includes(tokenizer.maskId)) return ids;
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
