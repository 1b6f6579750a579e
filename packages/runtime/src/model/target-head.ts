import { tensor } from "@sdtt/core";
import { targetLogProbsProgram } from "@sdtt/models";
import type { HeadConfig } from "@sdtt/models";
import type { HiddenPart } from "./backbone.ts";
import type { LazySessions } from "./lazy-sessions.ts";

/** Writes the log-probability of the target of each row of a part to the row's place. */
export async function openTargetHead(
  heads: LazySessions,
  config: HeadConfig,
  targets: Int32Array,
  logProbs: Float32Array,
): Promise<(part: HiddenPart) => Promise<void>> {
  const session = await heads.get("target log-probs", (weights) =>
    targetLogProbsProgram({ config, weights }),
  );
  return async ({ hidden, places }) => {
    const wanted = BigInt64Array.from(places, (place) => BigInt(targets[place]!));
    const found = await session.run({ hidden, targets: tensor("int64", [wanted.length], wanted) });
    places.forEach((place, i) => (logProbs[place] = Number(found.log_probs!.data[i])));
  };
}
