import { tensor } from "@sdtt/core";
import type { Tensor } from "@sdtt/core";
import { input } from "@sdtt/graph";
import { crossEntropyGradient } from "@sdtt/losses";
import type { Objective } from "../programs/objective.ts";

/** Towards given ids, `targets` int64 `[rows]`: the MDLM objective with weights 1 / t, or the next token with equal ones. */
export const crossEntropyObjective: Objective = {
  name: "cross-entropy",
  pieces: () => ({
    rowInputs: [input("targets", "int64", ["rows"])],
    rowLoss: (logits, [targets]) => crossEntropyGradient(logits, targets!),
  }),
};

/** The input that the objective has for each row. */
export function targetsOf(ids: Int32Array): Record<string, Tensor> {
  return { targets: tensor("int64", [ids.length], BigInt64Array.from(ids, BigInt)) };
}
