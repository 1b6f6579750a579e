import { SdttError } from "@sdtt/core";
import { maskLevels } from "./mask-levels.ts";
import type { MaskLevelsOptions } from "./mask-levels.ts";
import { maskProbability } from "./schedules.ts";
import type { Schedule } from "./schedules.ts";

export interface MaskTokensOptions extends Omit<MaskLevelsOptions, "count"> {
  /** Ids, `[batch * length]`. */
  readonly tokens: Int32Array;
  readonly maskId: number;
  /** The time of each sequence, `[batch]`, in [0, 1]. */
  readonly times: ArrayLike<number>;
  readonly schedule: Schedule;
  /** Never masks the first position: it holds a BOS that a sampler will be given. */
  readonly keepFirst?: boolean | undefined;
  /** Never masks the last position: it holds an EOS that a sampler will be given. */
  readonly keepLast?: boolean | undefined;
}

/**
 * The forward process q(x_t | x_0) (MDLM, section 3.2.1): masks each token with the probability that the schedule
 * gives at its sequence's time, independently unless an order is given. Returns a new grid.
 */
export function maskTokens(options: MaskTokensOptions): Int32Array {
  const { tokens, length, maskId, times, schedule } = options;
  const { keepFirst = false, keepLast = false } = options;
  const levels = maskLevels({ ...options, count: times.length });
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
    const start = sequence * length;
    const end = keepLast ? length - 1 : length;
    for (let position = keepFirst ? 1 : 0; position < end; position++) {
      if (levels[start + position]! < probability) masked[start + position] = maskId;
    }
  }
  return masked;
}
