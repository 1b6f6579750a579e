import type { RandomStream } from "@sdtt/core";
import { nelboWeight } from "@sdtt/losses";
import { maskProbability, maskTokens } from "@sdtt/scheduler";
import type { NoiseSettings } from "../../training/noise-settings.ts";
import { drawTimes } from "../../training/times.ts";

/** Which positions of the student's texts are masked when fake and teacher see them; no network is asked for that. */
export interface SecondNoise {
  /** 1 where a position is masked, else 0: `[batch * length]`. */
  readonly masked: Uint8Array;
  /** The NELBO's weight of each sequence's time, `[batch]`. */
  readonly weights: Float64Array;
}

export interface SecondNoiseOptions extends NoiseSettings {
  /** 1 where the student saw a mask, else 0: `[batch * length]`. */
  readonly first: Uint8Array;
  readonly length: number;
  /** The times of the first noise, `[batch]`. */
  readonly times: Float64Array;
  /** The shares of the first noise, `[batch * length]`. */
  readonly revealShares: Float64Array;
  readonly leastTime: number;
  /**
   * D-MMD's (arXiv 2603.20155): the second time is earlier than the first by at most 1 / reverseSteps, and a step of the
   * reverse sampler leads there. Unless given the whole text is masked again, at a time of its own (IDLM).
   */
  readonly reverseSteps?: number | undefined;
  readonly stream: RandomStream;
}

export function drawSecondNoise(options: SecondNoiseOptions): SecondNoise {
  const { schedule, reverseSteps } = options;
  const { times, masked } = reverseSteps === undefined ? maskWhole(options) : stepBack(options, reverseSteps);
  return {
    masked,
    weights: times.map((time) => nelboWeight({ sigma: schedule.sigma(time), rate: schedule.rate(time) })),
  };
}

/** Even times are dealt out in an order of their own: the first and the second would else both rise with the place in the batch. */
function maskWhole(options: SecondNoiseOptions) {
  const { first, length, times, schedule, antithetic, leastTime, stream } = options;
  const count = times.length;
  const even = drawTimes({ count, stream: stream.child("times"), antithetic, least: leastTime });
  const keys = stream.child("order");
  const order = [...even.keys()].toSorted((a, b) => keys.uniform(a) - keys.uniform(b));
  const second = Float64Array.from(order, (place) => even[place]!);
  const blank = { tokens: new Int32Array(first.length), length, maskId: 1 };
  const marked = maskTokens({
    ...blank,
    times: second,
    schedule,
    order: options.maskOrder,
    keepFirst: options.keepBos,
    stream: stream.child("masks"),
  });
  return { times: second, masked: Uint8Array.from(marked) };
}

/** A masked position stays masked with the chance that the schedule gives; what was shown stays. */
function stepBack(options: SecondNoiseOptions, steps: number) {
  const { first, length, times, revealShares, schedule, leastTime, stream } = options;
  const uniforms = stream.child("times");
  const second = times.map((time, i) => {
    const farthest = Math.min(1 / steps, time - leastTime);
    return time - farthest * uniforms.uniform(i);
  });
  const stays = second.map(
    (time, i) => maskProbability(schedule, time) / maskProbability(schedule, times[i]!),
  );
  const masked = first.map((isMasked, row) =>
    isMasked === 1 && revealShares[row]! < stays[Math.floor(row / length)]! ? 1 : 0,
  );
  return { times: second, masked };
}
