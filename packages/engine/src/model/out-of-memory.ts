import { elementSize, isSdttError, SdttError } from "@sdtt/core";
import { attentionType } from "@sdtt/models";
import type { CausalConfig, DitConfig } from "@sdtt/models";
import type { Pass } from "./passes.ts";
import type { Precision } from "./precision.ts";

export function isOutOfMemory(error: unknown): error is SdttError {
  return isSdttError(error) && error.code === "out-of-memory";
}

/** The residual stream, its norm, queries, keys and values, the inner layer before and after its activation. */
const vectorsPerPosition = 1 + 1 + 3 + 2 * 4;
const bytesPerNumber = 4;

/** Bytes that a pass over so many positions takes at least, beside the weights; attention adds nothing that grows faster. */
export function passBytes(positions: number, { hiddenSize }: Pick<DitConfig, "hiddenSize">): number {
  return positions * hiddenSize * vectorsPerPosition * bytesPerNumber;
}

/** The error of a pass that is as small as a pass can be: says how much it takes, which nothing makes less. */
export function passTooLarge(
  cause: SdttError,
  { length }: Pick<Pass, "length">,
  config: Pick<DitConfig, "hiddenSize">,
): SdttError {
  const bytes = passBytes(length, config);
  return textTooLarge(cause, length, `a pass over it takes at least ${inMebibytes(bytes)}`);
}

/** The error of one text to be written: says what its cache takes, of which there are two that take turns. */
export function cacheTooLarge(
  cause: SdttError,
  { length, config, dtype }: { readonly length: number; readonly config: CausalConfig } & Precision,
): SdttError {
  const bytes = 2 * (2 * config.blockCount * length * config.hiddenSize) * elementSize(attentionType(dtype));
  return textTooLarge(cause, length, `its keys and values take ${inMebibytes(bytes)}`);
}

function textTooLarge(cause: SdttError, length: number, need: string): SdttError {
  return new SdttError(
    "out-of-memory",
    `One text of ${length} tokens does not fit: ${need} beside the weights. Use a shorter text, a smaller model or another device. ${cause.message}`,
    { cause },
  );
}

const inMebibytes = (bytes: number) => `${Math.ceil(bytes / 2 ** 20)} MiB`;
