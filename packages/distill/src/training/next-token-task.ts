import { crossEntropyObjective, targetsOf } from "./cross-entropy-objective.ts";
import { microBatchRanges } from "./noised-batch.ts";
import type { Task } from "./task.ts";

/** Cross-entropy of every token but the first, given those before it: what an autoregressive model learns. In nats per token. */
export function nextTokenTask(options: { length: number; microBatchSize: number }): Task {
  const { length, microBatchSize } = options;
  return {
    objective: crossEntropyObjective,
    async *microBatches(blocks, { deal }) {
      const sequences = blocks.length / length;
      const weight = 1 / (sequences * (length - 1));
      for (const { start, end } of microBatchRanges(sequences, microBatchSize, deal)) {
        const tokens = blocks.subarray(start * length, end * length);
        const rows = Int32Array.from(tokens.keys()).filter((row) => row % length < length - 1);
        yield {
          tokens,
          rows,
          rowWeights: new Float32Array(rows.length).fill(weight),
          rowInputs: targetsOf(rows.map((row) => tokens[row + 1]!)),
        };
      }
    },
  };
}
