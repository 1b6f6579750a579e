import { SdttError } from "@sdtt/core";
import type { RandomStream } from "@sdtt/core";
import { checkInteger } from "./check.ts";
import { maskProbability } from "./schedules.ts";
import type { Schedule } from "./schedules.ts";

export interface MaskTokensOptions {
  /** Ids, `[batch * length]`. */
  readonly tokens: Int32Array;
  readonly length: number;
  readonly maskId: number;
  /** The time of each sequence, `[batch]`, in [0, 1]. */
  readonly times: ArrayLike<number>;
  readonly schedule: Schedule;
  /** Sequence i takes its uniforms from the child `sequenceOffset + i`, so that it does not depend on its batch. */
  readonly stream: RandomStream;
  readonly sequenceOffset?: number | undefined;
  /** Never masks the first position: it holds a BOS that a sampler will be given. */
  readonly keepFirst?: boolean | undefined;
  /** Never masks the last position: it holds an EOS that a sampler will be given. */
  readonly keepLast?: boolean | undefined;
}

/**
 * The forward process q(x_t | x_0) (MDLM, section 3.2.1): masks each token independently with the probability that the
 * schedule gives at its sequence's time. Returns a new grid.
 */
export function maskTokens(options: MaskTokensOptions): Int32Array {
  const { tokens, length, maskId, times, schedule, stream, sequenceOffset = 0 } = options;
  const { keepFirst = false, keepLast = false } = options;
  checkInteger("length", length, 1);
  checkInteger("sequenceOffset", sequenceOffset, 0);
  if (tokens.length !== times.length * length) {
    throw new SdttError(
      "usage",
      `${times.length} sequences of length ${length} have ${times.length * length} tokens; got ${tokens.length}.`,
    );
  }
  const masked = tokens.slice();
  for (let sequence = 0; sequence < times.length; sequence++) {
    const time = times[sequence]!;
    if (!(time >= 0 && time <= 1)) {
      throw new SdttError("usage", `times[${sequence}] must be a number from 0 to 1; got ${time}.`);
    }
    const probability = maskProbability(schedule, time);
    const uniforms = stream.child(sequenceOffset + sequence);
    const end = keepLast ? length - 1 : length;
    for (let position = keepFirst ? 1 : 0; position < end; position++) {
      if (uniforms.uniform(position) < probability) masked[sequence * length + position] = maskId;
    }
  }
  return masked;
}
