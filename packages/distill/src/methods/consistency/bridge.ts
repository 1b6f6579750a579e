import type { RandomStream } from "@sdtt/core";
import { maskProbability } from "@sdtt/scheduler";
import type { Schedule } from "@sdtt/scheduler";

/** Shorter jumps would compare the student with little more than its own average, at a weight that grows without bound. */
const leastShareOfJump = 1 / 8;

export interface BridgeOptions {
  /** The texts, `[batch * length]`. */
  readonly clean: Int32Array;
  /** The same with masks. */
  readonly noised: Int32Array;
  readonly length: number;
  readonly maskId: number;
  /** The time of each masked text, `[batch]`. */
  readonly times: Float64Array;
  /** The shares of the noised batch, `[batch * length]`. */
  readonly revealShares: Float64Array;
  readonly schedule: Schedule;
  /** A text goes back in time by an eighth of this to all of it, but not past 0. */
  readonly maxJump: number;
  /** Sequence i takes its jump from it. */
  readonly stream: RandomStream;
}

/** The same texts at earlier times. */
export interface Bridge {
  /** Ids with fewer masks, `[batch * length]`. */
  readonly earlier: Int32Array;
  /** The chance that a masked position of a sequence was revealed, `[batch]`, in (0, 1]. */
  readonly revealChances: Float64Array;
}

/**
 * The posterior bridge q(x_s | x_t, x_0) to earlier times: each masked position is revealed to its token with probability
 * (alpha_s - alpha_t) / (1 - alpha_t), independently unless the masks have an order (MPDC, arXiv 2605.00161).
 */
export function drawBridge(options: BridgeOptions): Bridge {
  const { clean, noised, length, maskId, times, revealShares, schedule, maxJump, stream } = options;
  const jumps = stream.child("jumps");
  const revealChances = times.map((time, sequence) => {
    const share = leastShareOfJump + (1 - leastShareOfJump) * jumps.uniform(sequence);
    const earlier = Math.max(0, time - maxJump * share);
    return 1 - maskProbability(schedule, earlier) / maskProbability(schedule, time);
  });
  const earlier = noised.map((id, row) => {
    const share = 1 - revealChances[Math.floor(row / length)]!;
    return id === maskId && revealShares[row]! >= share ? clean[row]! : id;
  });
  return { earlier, revealChances };
}
