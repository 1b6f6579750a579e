import { SdttError } from "@sdtt/core";
import { canonicalLossName } from "./distillation-loss.ts";
import type { DistillationLoss, DistillationLossAlias, DistillationLossName } from "./distillation-loss.ts";
import { jensenShannon } from "./jensen-shannon.ts";
import { klBackward } from "./kl-backward.ts";
import { klForward } from "./kl-forward.ts";
import { logTotalVariation, releasedTotalVariation } from "./log-total-variation.ts";
import { meanSquaredError, releasedMeanSquaredError } from "./mean-squared-error.ts";
import { totalVariation } from "./total-variation.ts";

const losses: ReadonlyMap<string, DistillationLoss> = new Map(
  [
    klBackward,
    klForward,
    jensenShannon,
    meanSquaredError,
    totalVariation,
    logTotalVariation,
    releasedMeanSquaredError,
    releasedTotalVariation,
  ].map((loss) => [loss.name, loss]),
);

/** Every name that `distillationLoss` knows. */
export const distillationLossNames: readonly DistillationLossName[] = [...losses.values()].map(
  (loss) => loss.name,
);

/** A distillation loss by its name, or by the paper's for it. Throws `usage` for any other. */
export function distillationLoss(name: DistillationLossName | DistillationLossAlias): DistillationLoss {
  const loss = losses.get(canonicalLossName(name));
  if (!loss) {
    throw new SdttError(
      "usage",
      `There is no distillation loss "${name}"; there are ${distillationLossNames.join(", ")}.`,
    );
  }
  return loss;
}
