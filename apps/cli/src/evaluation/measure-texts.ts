import { createStream, SdttError } from "@sdtt/core";
import { evaluateSamples } from "@sdtt/eval";
import type { CausalPerplexity, ReportCell, ReportRow, SampleMetric, Samples } from "@sdtt/eval";
import { readText } from "sdtt";
import type { CausalLanguageModel, LanguageModel } from "sdtt";

/** What was measured of a model's texts, and the first of them to look at. */
export interface Measurement {
  readonly row: Omit<ReportRow, "label">;
  readonly texts: readonly string[];
}

export interface MeasureOptions {
  readonly samples: number;
  readonly length: number;
  readonly seed: number;
  readonly perplexity: SampleMetric<CausalPerplexity>;
  /** Milliseconds, monotonic. */
  readonly now: () => number;
  readonly signal: AbortSignal;
}

export interface MeasureDiffusionOptions extends MeasureOptions {
  readonly model: LanguageModel;
  readonly cell: Pick<ReportCell, "steps" | "precision">;
  readonly onStep?: (step: number) => void;
}

/** Texts that are kept of each measurement. */
const keptTexts = 2;
/** Texts of the first run, which builds programs and claims memory, and is not timed. */
const warmUpTexts = 4;

/** Writes texts as one batch, with the clock running, and measures them. */
export async function measureDiffusion(options: MeasureDiffusionOptions): Promise<Measurement> {
  const { model, cell, samples, length, seed, onStep, now, signal } = options;
  const { steps, precision } = cell;
  const start = now();
  const writing = model.stream({ samples, length, seed, steps, precision, signal });
  let step = await writing.next();
  for (; !step.done; step = await writing.next()) onStep?.(step.value.step);
  const seconds = (now() - start) / 1000;
  const { tokens, passes } = step.value;
  return measure(options, {
    texts: joinTexts(tokens),
    secondsPerText: seconds / samples,
    sampling: { steps, passes, precision },
    kind: "diffusion",
    model,
  });
}

/** What is done once before texts of a model are timed. */
export async function warmUpDiffusion(options: MeasureDiffusionOptions): Promise<void> {
  const { model, cell, samples, length, seed, signal } = options;
  const { precision } = cell;
  await model.sample({
    samples: Math.min(samples, warmUpTexts),
    length,
    seed,
    steps: 2,
    precision,
    signal,
  });
}

/** The same for texts that an autoregressive model writes token by token, with a cache, after an end of text. */
export async function measureCausal(
  options: MeasureOptions & { readonly model: CausalLanguageModel },
): Promise<Measurement> {
  const { model, samples: batch, length, seed, now, signal } = options;
  const { endOfTextId } = model.tokenizer;
  if (endOfTextId === undefined) {
    throw new SdttError(
      "usage",
      `${model.name} has no end-of-text token, which its texts would begin with: it can judge, not write.`,
    );
  }
  const stream = createStream(seed);
  const write = async (count: number, until: number) =>
    model.network.generate({
      prompts: new Int32Array(count).fill(endOfTextId),
      batch: count,
      length: until,
      stream,
      signal,
    });
  await write(Math.min(batch, warmUpTexts), Math.min(length, 8));
  const start = now();
  const { tokens, passes } = await write(batch, length);
  const seconds = (now() - start) / 1000;
  return measure(options, {
    texts: { tokens, batch, length },
    secondsPerText: seconds / batch,
    sampling: { steps: passes, passes, precision: "exact" },
    kind: "autoregressive",
    model,
  });
}

/** Texts of one length, `[length]` each, one after the other. */
export function joinTexts(texts: readonly Int32Array[]): Samples {
  const length = texts[0]!.length;
  const tokens = new Int32Array(texts.length * length);
  texts.forEach((text, i) => tokens.set(text, i * length));
  return { tokens, batch: texts.length, length };
}

interface Written extends Pick<ReportRow, "kind" | "secondsPerText"> {
  readonly texts: Samples;
  readonly sampling: Pick<ReportRow, "steps" | "passes" | "precision">;
  readonly model: Pick<LanguageModel, "tokenizer">;
}

async function measure(
  { perplexity, signal }: MeasureOptions,
  { texts, sampling, secondsPerText, kind, model }: Written,
): Promise<Measurement> {
  const report = await evaluateSamples({ samples: texts, sampling, metrics: { perplexity }, signal });
  const { unigramEntropy, distinct, metrics } = report;
  const { tokens, batch, length } = texts;
  const first = Array.from({ length: Math.min(keptTexts, batch) }, (_, i) =>
    readText(tokens.slice(i * length, (i + 1) * length), model.tokenizer),
  );
  return {
    row: { kind, ...sampling, secondsPerText, ...metrics.perplexity.result, unigramEntropy, distinct },
    texts: first,
  };
}
