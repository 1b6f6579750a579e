import type { RandomStream } from "@sdtt/core";
import { nelboWeight } from "@sdtt/losses";
import { maskTokens } from "@sdtt/scheduler";
import type { Schedule } from "@sdtt/scheduler";
import { drawTimes } from "../../training/times.ts";

/** How the student's texts are masked anew, before anybody knows them. */
export interface SecondNoise {
  /** 1 where a position is masked, else 0: `[batch * length]`. */
  readonly masked: Uint8Array;
  /** The NELBO's weight of each sequence's time, `[batch]`. */
  readonly weights: Float64Array;
}

/**
 * Draws the second time of each sequence, independent of the first: even times are dealt out in an order of their own, for
 * both would else rise with the place in the batch.
 */
export function drawSecondNoise(options: {
  batch: number;
  length: number;
  schedule: Schedule;
  antithetic: boolean;
  leastTime: number;
  stream: RandomStream;
}): SecondNoise {
  const { batch, length, schedule, antithetic, leastTime, stream } = options;
  const ordered = drawTimes({ count: batch, stream: stream.child("times"), antithetic, least: leastTime });
  const keys = stream.child("order");
  const order = [...ordered.keys()].toSorted((a, b) => keys.uniform(a) - keys.uniform(b));
  const times = Float64Array.from(order, (place) => ordered[place]!);
  const marked = maskTokens({
    tokens: new Int32Array(batch * length),
    length,
    maskId: 1,
    times,
    schedule,
    stream: stream.child("masks"),
  });
  return {
    masked: Uint8Array.from(marked),
    weights: times.map((time) => nelboWeight({ sigma: schedule.sigma(time), rate: schedule.rate(time) })),
  };
}
