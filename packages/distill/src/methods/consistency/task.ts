import { nelboWeight } from "@sdtt/losses";
import type { HeadConfig } from "@sdtt/models";
import type { HiddenDenoiser, ResidentWeights } from "@sdtt/runtime";
import type { NoiseSettings } from "../../training/noise-settings.ts";
import { microBatchRanges, noiseBatch } from "../../training/noised-batch.ts";
import type { Task } from "../../training/task.ts";
import { drawBridge } from "./bridge.ts";
import { consistencyInputs, consistencyObjective } from "./objective.ts";

/**
 * Consistency without a teacher (MPDC, arXiv 2605.00161): at the masked positions of a text the student's distribution against that of
 * its moving average at the same text with fewer masks, and against the data. In nats per token.
 *
 * With w(t) the NELBO's weight and r the chance that the bridge reveals a masked position, one that is still masked counts
 * w(t) / r, which is 1 / (t - s) for the log-linear schedule. One that was revealed would add its cross-entropy at the same weight;
 * instead every position adds it at w(t), the mean of that over the bridge.
 */
export function consistencyTask(
  options: NoiseSettings & {
    config: HeadConfig;
    length: number;
    microBatchSize: number;
    maxJump: number;
    /** The weight of the data's cross-entropy beside that of the bridge. */
    dataWeight: number;
    /** The moving average. */
    denoiser: HiddenDenoiser;
    average: ResidentWeights;
  },
): Task {
  const { config, length, microBatchSize, schedule, dataWeight, denoiser, average } = options;
  const { hiddenSize } = config;
  const maskId = config.vocabSize - 1;
  return {
    objective: consistencyObjective(1 + dataWeight),
    networks: { average },
    async *microBatches(clean, { noise: stream, deal, signal }) {
      const noising = { ...options, clean, maskId, leastTime: 1e-3, stream };
      const { noised, times, revealShares } = noiseBatch(noising);
      const { earlier, revealChances } = drawBridge({
        ...noising,
        noised,
        times,
        revealShares,
        stream: stream.child("bridge"),
      });
      const weights = times.map((time) =>
        nelboWeight({ sigma: schedule.sigma(time), rate: schedule.rate(time) }),
      );
      for (const { start, end } of microBatchRanges(times.length, microBatchSize, deal)) {
        const [from, to, batch] = [start * length, end * length, end - start];
        const [tokens, target] = [noised.subarray(from, to), earlier.subarray(from, to)];
        const rows = Int32Array.from([...tokens.keys()].filter((row) => tokens[row] === maskId));
        const sequenceOf = (row: number) => start + Math.floor(row / length);
        const isMaskedStill = (row: number) => target[row] === maskId;
        const stillMasked = rows.filter((row) => isMaskedStill(row));
        const targetHidden =
          stillMasked.length === 0
            ? new Float32Array(0)
            : await denoiser.hiddenRows({ tokens: target, batch, length, rows: stillMasked, signal });
        yield {
          tokens,
          rows,
          rowWeights: Float32Array.from(rows, (row) => weights[sequenceOf(row)]! / clean.length),
          rowInputs: consistencyInputs({
            hidden: spreadRows(targetHidden, stillMasked, rows, hiddenSize),
            hiddenSize,
            ids: rows.map((row) => clean[from + row]!),
            divergenceWeights: Float32Array.from(rows, (row) =>
              isMaskedStill(row) ? 1 / revealChances[sequenceOf(row)]! : 0,
            ),
          }),
        };
      }
    },
  };
}

/** Values of some of the rows, `[some, width]`, as values of all, zero at the others. Both lists of rows ascend. */
function spreadRows(values: Float32Array, some: Int32Array, rows: Int32Array, width: number): Float32Array {
  const spread = new Float32Array(rows.length * width);
  let place = 0;
  rows.forEach((row, i) => {
    if (row !== some[place]) return;
    spread.set(values.subarray(place * width, (place + 1) * width), i * width);
    place += 1;
  });
  return spread;
}
