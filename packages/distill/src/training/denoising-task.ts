import { nelboWeight } from "@sdtt/losses";
import type { HeadConfig } from "@sdtt/models";
import { crossEntropyObjective, targetsOf } from "./cross-entropy-objective.ts";
import type { NoiseSettings } from "./noise-settings.ts";
import { microBatchRanges, noiseBatch } from "./noised-batch.ts";
import type { Task } from "./task.ts";

/**
 * The MDLM objective (Sahoo et al. 2024, eq. 10): cross-entropy at the masked positions, weighted by sigma' / expm1(sigma),
 * which is 1 / t for the log-linear schedule. In nats per token.
 */
export function denoisingTask(
  options: NoiseSettings & { config: HeadConfig; length: number; microBatchSize: number },
): Task {
  const { config, length, microBatchSize, schedule } = options;
  const maskId = config.vocabSize - 1;
  return {
    objective: crossEntropyObjective,
    async *microBatches(clean, { noise: stream, deal }) {
      const noising = { ...options, maskId, leastTime: 1e-3, stream };
      const { noised, times } = noiseBatch({ clean, ...noising });
      const weights = Array.from(times, (time) =>
        nelboWeight({ sigma: schedule.sigma(time), rate: schedule.rate(time) }),
      );
      for (const { start, end } of microBatchRanges(times.length, microBatchSize, deal)) {
        const tokens = noised.subarray(start * length, end * length);
        const targets = clean.subarray(start * length, end * length);
        const rows = maskedRows(tokens, maskId);
        const weightOf = (row: number) => weights[start + Math.floor(row / length)]! / clean.length;
        yield {
          tokens,
          rows,
          rowWeights: Float32Array.from(rows, weightOf),
          rowInputs: targetsOf(rows.map((row) => targets[row]!)),
        };
      }
    },
  };
}

function maskedRows(tokens: Int32Array, maskId: number): Int32Array {
  return Int32Array.from([...tokens.keys()].filter((row) => tokens[row] === maskId));
}
