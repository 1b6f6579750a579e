import { input } from "@sdtt/graph";
import { divergenceGradient } from "@sdtt/losses";
import type { TrainableLossName } from "@sdtt/losses";
import { hiddenOf, distributionOf } from "../../programs/objective.ts";
import type { Objective } from "../../programs/objective.ts";

/**
 * Towards a teacher's distributions, which come as its final hidden rows, `teacher_hidden` float32 `[rows, hidden]`, and become distributions
 * chunk by chunk.
 */
export function divergenceObjective(loss: TrainableLossName): Objective {
  return {
    name: loss,
    pieces(config) {
      const distribution = distributionOf("teacher", config);
      return {
        rowInputs: [hiddenOf("teacher", config)],
        rowLoss: (logits, [hidden]) => divergenceGradient(loss, logits, distribution(hidden!)),
      };
    },
  };
}

/** The same where the distributions come as log-probabilities, `teacher_log_probs` float32 `[rows, vocab - 1]`: any teacher of the same vocabulary has them. */
export function distributionDivergenceObjective(loss: TrainableLossName): Objective {
  return {
    name: loss,
    pieces: ({ vocabSize }) => ({
      rowInputs: [input("teacher_log_probs", "float32", ["rows", vocabSize - 1])],
      rowLoss: (logits, [distribution]) => divergenceGradient(loss, logits, distribution!),
    }),
  };
}
