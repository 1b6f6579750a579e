import { input } from "@sdtt/graph";
import { divergenceGradient } from "@sdtt/losses";
import type { TrainableLossName } from "@sdtt/losses";
import { hiddenOf, lawOf } from "../../programs/objective.ts";
import type { Objective } from "../../programs/objective.ts";

/**
 * Towards a teacher's laws, which come as its final hidden rows, `teacher_hidden` float32 `[rows, hidden]`, and become laws
 * chunk by chunk.
 */
export function divergenceObjective(loss: TrainableLossName): Objective {
  return {
    name: loss,
    pieces(config) {
      const law = lawOf("teacher", config);
      return {
        rowInputs: [hiddenOf("teacher", config)],
        rowLoss: (logits, [hidden]) => divergenceGradient(loss, logits, law(hidden!)),
      };
    },
  };
}

/** The same where the laws come as log-probabilities, `teacher_log_probs` float32 `[rows, vocab - 1]`: any teacher of the same vocabulary has them. */
export function lawDivergenceObjective(loss: TrainableLossName): Objective {
  return {
    name: loss,
    pieces: ({ vocabSize }) => ({
      rowInputs: [input("teacher_log_probs", "float32", ["rows", vocabSize - 1])],
      rowLoss: (logits, [law]) => divergenceGradient(loss, logits, law!),
    }),
  };
}
