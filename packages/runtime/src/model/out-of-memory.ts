import { isSdttError, SdttError } from "@sdtt/core";
import type { Pass } from "./passes.ts";

export function isOutOfMemory(error: unknown): error is SdttError {
  return isSdttError(error) && error.code === "out-of-memory";
}

/** The residual stream, its norm, queries, keys and values, the inner layer before and after its activation. */
const vectorsPerPosition = 1 + 1 + 3 + 2 * 4;
const bytesPerNumber = 4;

/** The error of a pass that is as small as a pass can be: says how much it takes, which nothing makes less. */
export function tooLarge(cause: SdttError, { length }: Pass, hiddenSize: number): SdttError {
  const bytes = length * hiddenSize * vectorsPerPosition * bytesPerNumber;
  return new SdttError(
    "out-of-memory",
    `One text of ${length} tokens does not fit: a pass over it takes at least ${Math.ceil(bytes / 2 ** 20)} MiB beside the weights. Use a shorter text, a smaller model or another device. ${cause.message}`,
    { cause },
  );
}
