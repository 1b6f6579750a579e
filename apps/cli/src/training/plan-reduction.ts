import type { Collective } from "@sdtt/core";
import { reductionBytes } from "@sdtt/distill";
import { formatBytes } from "@sdtt/report/text";

/** Numbers that are added up to measure, at most: 16 MB. */
const sampleSize = 4 * 2 ** 20;
const samples = 5;

/** A line on what it takes to add up the gradient over the ranks: by the rate at which a part of it is added up now. */
export async function planReduction(options: {
  parameterCount: number;
  ranks: Collective;
  /** Milliseconds. */
  clock: () => number;
}): Promise<string> {
  const { parameterCount, ranks, clock } = options;
  const values = new Float32Array(Math.min(parameterCount, sampleSize));
  const times: number[] = [];
  for (let sample = 0; sample < samples; sample++) {
    await ranks.barrier();
    const start = clock();
    await ranks.sum(values);
    times.push((clock() - start) / 1000);
  }
  // The first also warms up.
  const median = times.slice(1).toSorted((a, b) => a - b)[Math.floor((samples - 1) / 2)]!;
  const rate = reductionBytes({ numbers: values.length, ranks: ranks.size }) / median;
  const bytes = reductionBytes({ numbers: parameterCount, ranks: ranks.size });
  return `of which        about ${(bytes / rate).toPrecision(3)} s to add up gradients: ${formatBytes(bytes)} from each of ${ranks.size} ranks at ${formatBytes(rate)}/s`;
}
