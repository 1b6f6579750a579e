import { tensor } from "@sdtt/core";
import { targetLogProbsProgram } from "@sdtt/models";
import type { HeadConfig } from "@sdtt/models";
import type { HiddenPart } from "./backbone.ts";
import { checkLogs } from "./check-outputs.ts";
import type { TargetsRequest } from "./denoiser.ts";
import type { LazySessions } from "./lazy-sessions.ts";

/** Writes the log-probability of the target of each row of a part to the row's place: -Infinity for one without a chance. */
export async function openTargetHead(
  heads: LazySessions,
  config: HeadConfig,
  request: Pick<TargetsRequest, "rows" | "length" | "targets">,
  logProbs: Float32Array,
): Promise<(part: HiddenPart) => Promise<void>> {
  const session = await heads.get("target log-probs", (weights) =>
    targetLogProbsProgram({ config, weights }),
  );
  return async ({ hidden, places }) => {
    const wanted = BigInt64Array.from(places, (place) => BigInt(request.targets[place]!));
    const feeds = { hidden, targets: tensor("int64", [wanted.length], wanted) };
    const found = (await session.run(feeds)).log_probs!.data as Float32Array;
    checkLogs("log-probability", found, places, request);
    places.forEach((place, i) => (logProbs[place] = found[i]!));
  };
}
