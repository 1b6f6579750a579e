import { throwIfAborted } from "@sdtt/core";
import { nelboWeight } from "@sdtt/losses";
import type { Schedule } from "@sdtt/scheduler";
import { checkScored } from "./finite.ts";
import { targetLogProbs } from "./target-log-probs.ts";
import type { EvaluatedDenoiser } from "./target-log-probs.ts";

export interface NelboIntegrandOptions {
  readonly denoiser: EvaluatedDenoiser;
  /** Ids before and after masking, each `[batch * length]`. */
  readonly clean: Int32Array;
  readonly noisy: Int32Array;
  /** The time of each sequence, `[batch]`, above 0. */
  readonly times: Float64Array;
  readonly schedule: Schedule;
  readonly signal?: AbortSignal | undefined;
}

/**
 * What each position contributes to the bound, `[batch * length]`: `sigma' / expm1(sigma) * -log p(clean)` in nats at
 * masked positions, 0 at others (MDLM, equation 10). Throws `numeric` where a log-probability is not finite.
 */
export async function nelboIntegrand(options: NelboIntegrandOptions): Promise<Float64Array> {
  const { denoiser, clean, noisy, times, schedule, signal } = options;
  throwIfAborted(signal);
  const integrand = new Float64Array(clean.length);
  const rows = Int32Array.from(noisy.keys()).filter((row) => noisy[row] === denoiser.maskId);
  if (rows.length === 0) return integrand;
  const length = clean.length / times.length;
  const logProbs = await targetLogProbs(denoiser, {
    tokens: noisy,
    batch: times.length,
    length,
    rows,
    targets: rows.map((row) => clean[row]!),
    sigma: Float32Array.from(times, (time) => schedule.sigma(time)),
    signal,
  });
  const weights = times.map((time) =>
    nelboWeight({ sigma: schedule.sigma(time), rate: schedule.rate(time) }),
  );
  rows.forEach((row, i) => {
    const text = Math.floor(row / length);
    const logProb = logProbs[i]!;
    checkScored({ logProb, id: clean[row]!, text, position: row % length });
    integrand[row] = -weights[text]! * logProb;
  });
  return integrand;
}
