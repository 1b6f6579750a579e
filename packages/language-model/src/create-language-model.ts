import { SdttError } from "@sdtt/core";
import type { Denoiser, ScoreModel } from "@sdtt/core";
import type { SamplingDefaults } from "@sdtt/checkpoint";
import { ditParameters } from "@sdtt/models";
import type { DenoiserDescription } from "@sdtt/models";
import type { Device } from "@sdtt/engine";
import { finishSampling, revealOptionsOf, sample, sampleScore, takesSteps } from "@sdtt/scheduler";
import type { SampleResult, StepEvent, TextOptions } from "@sdtt/scheduler";
import type { Tokenizer } from "@sdtt/tokenizer";
import type { LanguageModel, TextSample, TextSampleOptions, TextSampleStep } from "./language-model.ts";
import { expectTokenizerFits } from "./choose-tokenizer.ts";
import { drawShape } from "./draw-settings.ts";
import { findEnd, readText } from "./read-text.ts";
import { planTexts } from "./sample-plan.ts";
import type { PlannedTexts } from "./sample-plan.ts";
import { withSamplingDefaults } from "./sampling-defaults.ts";

export interface LanguageModelOptions<Network extends Denoiser | ScoreModel = Denoiser | ScoreModel> {
  readonly name: string;
  readonly description: DenoiserDescription;
  readonly tokenizer: Tokenizer;
  readonly network: Network;
  /** What texts are drawn with where a request does not say; SEDD takes none. Nothing unless given. */
  readonly samplingDefaults?: SamplingDefaults | undefined;
  /** Where the network computes; `cpu` unless given. */
  readonly device?: Device;
  /** What goes with the model when it is disposed, in this order. */
  readonly owned?: readonly AsyncDisposable[];
}

/** Puts a network and a tokenizer together. */
export function createLanguageModel<Network extends Denoiser | ScoreModel>(
  options: LanguageModelOptions<Network>,
): LanguageModel<Network> {
  const { name, description, tokenizer, network, device = "cpu", owned = [] } = options;
  const samplingDefaults = "draw" in network ? (options.samplingDefaults ?? {}) : {};
  expectTokenizerFits(name, tokenizer, description);

  async function* stream(asked: TextSampleOptions = {}): AsyncGenerator<TextSampleStep, TextSample> {
    const request = withSamplingDefaults(asked, samplingDefaults);
    const plan = planTexts(request, { description, tokenizer });
    const steps = startSampler(network, plan.texts, request);
    for (;;) {
      const { done, value } = await steps.next();
      if (done) return textSample(value, plan, tokenizer);
      yield textStep(value, plan, tokenizer);
    }
  }

  return {
    name,
    description,
    tokenizer,
    network,
    samplingDefaults,
    device,
    parameterCount: ditParameters(description.config).reduce(
      (sum, { shape }) => sum + shape.reduce((a, b) => a * b),
      0,
    ),
    stream,
    sample: (request) => finishSampling(stream(request)),
    async [Symbol.asyncDispose]() {
      for (const resource of owned) await resource[Symbol.asyncDispose]();
    },
  };
}

/** The sampler that fits the network. */
function startSampler(
  network: Denoiser | ScoreModel,
  texts: TextOptions,
  request: TextSampleOptions,
): AsyncGenerator<StepEvent, SampleResult> {
  const {
    sampler,
    steps: wanted,
    precision,
    signal,
    temperature,
    topP,
    topK,
    nucleus,
    order,
    guidance,
  } = request;
  if ("draw" in network) {
    if (sampler === "euler") {
      throw new SdttError(
        "usage",
        "The euler sampler is for SEDD models: leave it out, or use one of MDLM and SDTT models.",
      );
    }
    const steps = takesSteps(sampler ?? "ancestral") ? (wanted ?? 32) : wanted;
    const reveal = revealOptionsOf({ ...request, sampler, steps });
    return sample({
      ...texts,
      ...reveal,
      denoiser: network,
      guidance,
      precision,
      ...drawShape(request),
      signal,
    });
  }
  if (sampler !== undefined && sampler !== "analytic" && sampler !== "euler") {
    throw new SdttError("usage", `SEDD models take the samplers analytic and euler; got ${sampler}.`);
  }
  const {
    steps: _,
    sampler: __,
    order: ___,
    ...bounds
  } = revealOptionsOf({ ...request, sampler: undefined });
  const bound = Object.entries({ ...bounds, guidance, nucleus }).find(
    ([, value]) => value !== undefined,
  )?.[0];
  if (bound) {
    throw new SdttError(
      "usage",
      `SEDD models take no ${bound}: it is an option of samplers that need a distribution.`,
    );
  }
  if (temperature !== undefined || topP !== undefined || topK !== undefined || order !== undefined) {
    throw new SdttError(
      "usage",
      "SEDD models take no temperature, top-p, top-k or order: their score is not a distribution.",
    );
  }
  return sampleScore({
    ...texts,
    model: network,
    steps: wanted ?? 32,
    predictor: sampler,
    precision,
    signal,
  });
}

function textStep(event: StepEvent, { texts, endsFrom }: PlannedTexts, tokenizer: Tokenizer): TextSampleStep {
  const { length } = texts;
  const { rows, ids, logProbs } = event.revealed;
  const tokens = cutTexts(event.tokens, length);
  return {
    step: event.step + 1,
    steps: event.steps,
    passes: event.passes,
    revealed: Array.from(rows, (row, i) => ({
      sample: Math.floor(row / length),
      position: row % length,
      id: ids[i]!,
      logProb: logProbs[i]!,
    })),
    tokens,
    ends: tokens.map((ids) => findEnd(ids, tokenizer, endsFrom)),
  };
}

function textSample(
  result: SampleResult,
  { texts: { length, seed }, endsFrom }: PlannedTexts,
  tokenizer: Tokenizer,
): TextSample {
  const tokens = cutTexts(result.tokens, length);
  const ends = tokens.map((ids) => findEnd(ids, tokenizer, endsFrom));
  const texts = tokens.map((ids, i) => readText(ids.subarray(0, ends[i]), tokenizer));
  return { texts, tokens, ends, passes: result.passes, passesPerText: [...result.passesPerText], seed };
}

function cutTexts(tokens: Int32Array, length: number): Int32Array[] {
  return Array.from({ length: tokens.length / length }, (_, i) => tokens.slice(i * length, (i + 1) * length));
}
