import { SdttError } from "@sdtt/core";
import type { RandomStream } from "@sdtt/core";
import { logLinearSchedule, maskTokens } from "@sdtt/scheduler";
import type { Schedule } from "@sdtt/scheduler";
import { perplexityOf } from "./finite.ts";
import { nelboIntegrand } from "./nelbo-integrand.ts";
import { randomOrder, stratifiedTimes } from "./noise-levels.ts";
import { checkSamples, textsOf } from "./samples.ts";
import type { Samples } from "./samples.ts";
import { mean, stratifiedStandardError } from "./statistics.ts";
import type { EvaluatedDenoiser } from "./target-log-probs.ts";

export interface NelboBoundOptions {
  readonly denoiser: EvaluatedDenoiser;
  /** Held-out texts, without masks. */
  readonly texts: Samples;
  /** Decides times and masks. */
  readonly stream: RandomStream;
  /** That of training; log-linear unless given. */
  readonly schedule?: Schedule;
  /** Times drawn for each text; 1 unless given. */
  readonly draws?: number;
  /** Texts that the denoiser is asked about at once; 16 unless given. */
  readonly batchSize?: number;
  /**
   * Times are drawn from (least, 1): 1e-3 unless given, as in MDLM. Near 0 few tokens are masked and each counts 1/t, so
   * that the variance has no bound.
   */
  readonly least?: number;
  /** Told how many of the texts times their draws are done. */
  readonly onProgress?: ((done: number, total: number) => void) | undefined;
  readonly signal?: AbortSignal | undefined;
}

export interface NelboBound {
  /** An upper bound on the negative log-likelihood, per token. */
  readonly nats: number;
  /** Of `nats`: of the draws of times and masks and of the texts. NaN for a single draw. */
  readonly standardError: number;
  /** exp of `nats`. */
  readonly perplexity: number;
  /** Tokens of the texts. */
  readonly tokens: number;
  /** Times drawn for each text. */
  readonly draws: number;
}

/**
 * The perplexity bound of masked diffusion (MDLM, Sahoo et al. 2024, equation 10): for each text a time, a masking, and
 * the weighted surprise at what was masked. The times are stratified over all draws, and texts take them in random order,
 * so that no text is tied to a noise level. All of it follows from the stream, whatever the batch size.
 *
 * Throws `usage` for masks among the ids and for options out of range; `numeric` where the bound is not finite.
 */
export async function nelboBound(options: NelboBoundOptions): Promise<NelboBound> {
  const { denoiser, texts, stream, draws = 1, batchSize = 16, least = 1e-3, signal } = options;
  const { schedule = logLinearSchedule() } = options;
  checkOptions(options);
  const { length } = texts;
  const sequences = textsOf(texts);
  const count = texts.batch * draws;
  const times = stratifiedTimes({ count, least, stream: stream.child("times") });
  // The order of the strata; a draw is of text `draw % batch`.
  const order = randomOrder(count, stream.child("order"));
  const nats = new Float64Array(count);

  for (let first = 0; first < count; first += batchSize) {
    const chosen = order.subarray(first, first + batchSize);
    const clean = new Int32Array(chosen.length * length);
    chosen.forEach((draw, i) => clean.set(sequences[draw % texts.batch]!, i * length));
    const at = times.subarray(first, first + chosen.length);
    const noisy = maskTokens({
      tokens: clean,
      length,
      maskId: denoiser.maskId,
      times: at,
      schedule,
      stream: stream.child("masks"),
      sequenceOffset: first,
    });
    const integrand = await nelboIntegrand({ denoiser, clean, noisy, times: at, schedule, signal });
    chosen.forEach((_, i) => (nats[first + i] = mean(integrand.subarray(i * length, (i + 1) * length))));
    options.onProgress?.(first + chosen.length, count);
  }
  const bound = mean(nats);
  return {
    nats: bound,
    standardError: stratifiedStandardError(nats),
    perplexity: perplexityOf(bound),
    tokens: texts.tokens.length,
    draws,
  };
}

function checkOptions({ denoiser, texts, draws = 1, batchSize = 16, least = 1e-3 }: NelboBoundOptions): void {
  checkSamples(texts);
  const outside = texts.tokens.findIndex((id) => !(id >= 0 && id < denoiser.maskId));
  if (outside >= 0) {
    throw new SdttError(
      "usage",
      `Texts to evaluate hold ids from 0 to ${denoiser.maskId - 1}; got ${texts.tokens[outside]} at index ${outside}.`,
    );
  }
  for (const [name, value] of Object.entries({ draws, batchSize })) {
    if (!(Number.isInteger(value) && value >= 1)) {
      throw new SdttError("usage", `${name} must be an integer of at least 1; got ${value}.`);
    }
  }
  if (!(least >= 0 && least < 1)) {
    throw new SdttError("usage", `The least time must be at least 0 and below 1; got ${least}.`);
  }
}
