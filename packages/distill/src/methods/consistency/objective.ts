import { tensor } from "@sdtt/core";
import type { Tensor } from "@sdtt/core";
import { input } from "@sdtt/graph";
import { consistencyGradient } from "@sdtt/losses";
import { hiddenInput, hiddenOf, distributionOf } from "../../programs/objective.ts";
import type { Objective } from "../../programs/objective.ts";
import { rowsTensor } from "../../training/micro-batch.ts";

/**
 * Cross-entropy to the data, and the Jensen-Shannon divergence from the distribution of the moving average at the text with fewer
 * masks. Takes `average_hidden`, `ids` int64 `[rows]` and `divergence_weights` float32 `[rows]`, 0 where that text has a token.
 *
 * @param dataWeight - what the cross-entropy counts.
 */
export function consistencyObjective(dataWeight: number): Objective {
  return {
    name: "consistency",
    pieces(config) {
      const average = distributionOf("average", config);
      return {
        rowInputs: [
          hiddenOf("average", config),
          input("ids", "int64", ["rows"]),
          input("divergence_weights", "float32", ["rows"]),
        ],
        rowLoss: (logits, [hidden, ids, divergenceWeights]) =>
          consistencyGradient({
            logits,
            target: average(hidden!),
            ids: ids!,
            divergenceWeights: divergenceWeights!,
            dataWeight,
          }),
      };
    },
  };
}

/** The objective's inputs. */
export function consistencyInputs(options: {
  /** `[rows, hiddenSize]`; anything where the weight is 0. */
  hidden: Float32Array;
  hiddenSize: number;
  /** `[rows]` */
  ids: Int32Array;
  divergenceWeights: Float32Array;
}): Record<string, Tensor> {
  const { hidden, hiddenSize, ids, divergenceWeights } = options;
  return {
    [hiddenInput("average")]: rowsTensor(hidden, hiddenSize),
    ids: tensor("int64", [ids.length], BigInt64Array.from(ids, BigInt)),
    divergence_weights: tensor("float32", [ids.length], divergenceWeights),
  };
}
