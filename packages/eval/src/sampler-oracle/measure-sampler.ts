import type { Denoiser } from "@sdtt/core";
import { finishSampling, sample } from "@sdtt/scheduler";
import type { RevealOptions } from "@sdtt/scheduler";
import { createPause } from "../pause.ts";
import type { Samples } from "../samples.ts";
import { unigramEntropy } from "../unigram-entropy.ts";
import { divergenceFromSource, natsUnderSource, transitionError } from "./compare-with-source.ts";
import { drawSourceTexts } from "./hidden-markov-source.ts";
import type { HiddenMarkovSource } from "./hidden-markov-source.ts";
import { createOracleDenoiser } from "./oracle-denoiser.ts";

/** A sampler with its steps or its bound, as the scheduler takes them. */
export type SamplerSetting = Pick<
  RevealOptions,
  | "sampler"
  | "steps"
  | "order"
  | "blocks"
  | "correctorSteps"
  | "gamma"
  | "threshold"
  | "factor"
  | "eta"
  | "kappa"
>;

/** Of what texts the measures are made. */
export interface SamplerTexts {
  /** Texts of the measures but the divergence, and the tokens of each. */
  readonly texts: number;
  readonly length: number;
  /** Texts of the divergence, which counts whole texts: many and short. */
  readonly shortTexts: number;
  readonly shortLength: number;
  readonly seed: number;
}

export interface SamplerMeasures {
  /** Forward passes of a text of `length`, the mean. */
  readonly passes: number;
  /** And of a short one. */
  readonly shortPasses: number;
  /** As `transitionError`. */
  readonly transitionError: number;
  /** Of the texts of `shortLength`; as `divergenceFromSource`. */
  readonly divergence: number;
  /** As `unigramEntropy`. */
  readonly entropy: number;
  /** As `natsUnderSource`. */
  readonly nats: number;
}

/** The measures of texts, however they were written. */
export type TextMeasures = Omit<SamplerMeasures, "passes" | "shortPasses">;

export interface MeasureSamplerOptions extends SamplerTexts {
  readonly source: HiddenMarkovSource;
  readonly setting: SamplerSetting;
  readonly signal?: AbortSignal | undefined;
}

/** Texts that are sampled together. */
const batchSize = 256;

/**
 * Measures how far a sampler's texts are from a source whose exact posterior takes the model's place: the sampler's own error.
 * Throws `usage` for options out of range, `aborted` if the signal fires.
 */
export async function measureSampler(options: MeasureSamplerOptions): Promise<SamplerMeasures> {
  const { source, setting, texts, length, shortTexts, shortLength, seed, signal } = options;
  const denoiser = createOracleDenoiser(source);
  const common = { denoiser, setting, seed, signal };
  const long = await write({ ...common, batch: texts, length });
  const short = await write({ ...common, batch: shortTexts, length: shortLength });
  return {
    passes: long.passes / texts,
    shortPasses: short.passes / shortTexts,
    ...(await compare(source, long, short, signal)),
  };
}

/** The measures of the source's own texts: what chance leaves of a sampler without error. */
export async function measureSource(options: Omit<MeasureSamplerOptions, "setting">): Promise<TextMeasures> {
  const { source, texts, length, shortTexts, shortLength, seed, signal } = options;
  const long = drawSourceTexts(source, { batch: texts, length, seed });
  const short = drawSourceTexts(source, { batch: shortTexts, length: shortLength, seed });
  return await compare(source, long, short, signal);
}

async function compare(
  source: HiddenMarkovSource,
  long: Samples,
  short: Samples,
  signal: AbortSignal | undefined,
): Promise<TextMeasures> {
  const pause = createPause(signal, 0);
  const measures = { transitionError: transitionError(source, long), entropy: unigramEntropy(long) };
  await pause();
  const nats = natsUnderSource(source, long);
  await pause();
  return { ...measures, nats, divergence: divergenceFromSource(source, short) };
}

interface WriteOptions {
  readonly denoiser: Denoiser;
  readonly setting: SamplerSetting;
  readonly batch: number;
  readonly length: number;
  readonly seed: number;
  readonly signal: AbortSignal | undefined;
}

/** Texts in batches; `passes` is the sum of those of all texts. */
async function write(options: WriteOptions): Promise<Samples & { readonly passes: number }> {
  const { setting, batch, length, ...common } = options;
  const tokens = new Int32Array(batch * length);
  let passes = 0;
  for (let first = 0; first < batch; first += batchSize) {
    const part = await finishSampling(
      sample({
        ...common,
        ...setting,
        length,
        batch: Math.min(batchSize, batch - first),
        sequenceOffset: first,
      }),
    );
    tokens.set(part.tokens, first * length);
    passes += part.passesPerText.reduce((sum, own) => sum + own, 0);
  }
  return { tokens, batch, length, passes };
}
