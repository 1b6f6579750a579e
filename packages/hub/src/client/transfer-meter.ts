import type { Clock } from "./clock.ts";

/** How far a transfer is. Counts are bytes. */
export interface TransferProgress {
  readonly transferred: number;
  readonly total: number;
  /** Bytes per second over the last seconds; 0 until something can be said. */
  readonly rate: number;
}

/** Milliseconds: between two reports, and the stretch of time that the rate looks back on. */
const [interval, memory] = [100, 5_000];

/** Turns byte counts into progress, at most ten times a second and always at the end. */
export function createTransferMeter(options: {
  readonly total: number;
  readonly clock: Clock;
  readonly onProgress: (progress: TransferProgress) => void;
}): (transferred: number) => void {
  const { total, clock, onProgress } = options;
  let samples: { time: number; transferred: number }[] = [];

  return (transferred) => {
    const time = clock.now();
    const last = samples.at(-1);
    if (last && transferred < total && time - last.time < interval) return;
    // A count that falls back, as after a wrong digest, starts a new measurement.
    if (last && transferred < last.transferred) samples = [];
    samples.push({ time, transferred });
    while (samples.length > 2 && time - samples[0]!.time > memory) samples.shift();
    const first = samples[0]!;
    const rate = time > first.time ? ((transferred - first.transferred) * 1000) / (time - first.time) : 0;
    onProgress({ transferred, total, rate });
  };
}
