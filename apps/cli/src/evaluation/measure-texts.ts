import { createStream, SdttError } from "@sdtt/core";
import { evaluateSamples, unigramEntropies } from "@sdtt/eval";
import type { CausalPerplexity, ReportCell, ReportRow, SampleMetric, Samples } from "@sdtt/eval";
import { readText } from "sdtt";
import type { CausalLanguageModel, LanguageModel, TextSampleOptions } from "sdtt";
import type { TextSource } from "./text-source.ts";

/** What was measured of a model's texts, and the first of them to look at. */
export interface Measurement {
  readonly row: Omit<ReportRow, "label">;
  /** How the measures of the row were measured, by their names. */
  readonly protocols: Readonly<Record<string, string>>;
  readonly texts: readonly string[];
}

export interface MeasureOptions {
  readonly samples: number;
  readonly length: number;
  readonly seed: number;
  readonly perplexity: SampleMetric<CausalPerplexity>;
  /** Those of further columns, by their names. */
  readonly metrics: Readonly<Record<string, SampleMetric<number>>>;
  /** Milliseconds, monotonic. */
  readonly now: () => number;
  readonly signal: AbortSignal;
}

/** How texts of a diffusion model are drawn. */
export interface Drawing extends Pick<ReportCell, "steps" | "precision" | "temperature" | "order"> {
  /** Whether texts begin with the end-of-text token. */
  readonly bos: boolean;
  /** After the steps of exact draws. */
  readonly correctorSteps: number;
}

export interface MeasureDiffusionOptions extends MeasureOptions {
  readonly source: TextSource;
  readonly drawing: Drawing;
  /** Told the step that all texts are at, or how far they are where they are not written together. */
  readonly onProgress?: (progress: number | string) => void;
}

/** Texts that are kept of each measurement. */
const keptTexts = 2;
/** Texts of the first run, which builds programs and claims memory, and is not timed. */
const warmUpTexts = 4;

/** Has texts written, with the clock running, and measures them. */
export async function measureDiffusion(options: MeasureDiffusionOptions): Promise<Measurement> {
  const { source, drawing, samples, length, seed, onProgress } = options;
  const { tokens, passes, seconds } = await source.write(
    { samples, length, seed, ...drawingOptions(drawing) },
    ({ state, step = state }) => onProgress?.(step),
  );
  const { steps, precision, temperature, order } = drawing;
  return measureTexts(options, {
    texts: joinTexts(tokens),
    written: {
      kind: "diffusion",
      steps,
      precision,
      temperature,
      order,
      passes,
      secondsPerText: seconds / samples,
    },
    model: source,
  });
}

/** What is done once before texts of a model are timed. */
export async function warmUpDiffusion(options: MeasureDiffusionOptions): Promise<void> {
  const { source, drawing, samples, length, seed } = options;
  const shape = { samples: Math.min(samples, warmUpTexts), length, seed };
  await source.warmUp?.({ ...shape, ...drawingOptions({ ...drawing, steps: 2 }) });
}

/**
 * What is measured is the model's own distribution, whatever its sampling defaults are. `gumbel32` takes none, no temperature, no order and no
 * corrector steps.
 */
export function drawingOptions({
  steps,
  precision,
  temperature,
  order,
  bos: addBos,
  correctorSteps,
}: Drawing): Pick<
  TextSampleOptions,
  "steps" | "precision" | "temperature" | "topP" | "order" | "addBos" | "correctorSteps"
> {
  if (precision === "gumbel32") return { steps, precision, addBos };
  return { steps, precision, temperature, topP: 1, order, addBos, correctorSteps };
}

/** Texts that an autoregressive model writes token by token, with a cache, after an end of text. */
export async function writeCausal(
  options: Omit<MeasureOptions, "perplexity" | "metrics"> & { readonly model: CausalLanguageModel },
): Promise<{ readonly texts: Samples; readonly written: Written }> {
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
  return {
    texts: { tokens, batch, length },
    written: {
      kind: "autoregressive",
      steps: passes,
      precision: "exact",
      temperature: 1,
      passes,
      secondsPerText: seconds / batch,
    },
  };
}

/** How texts came to be that a rule made, without a model. */
export const byRule: Written = {
  kind: "baseline",
  steps: 0,
  precision: "exact",
  temperature: 1,
  passes: 0,
  secondsPerText: 0,
};

/** Texts of one length, `[length]` each, one after the other. */
export function joinTexts(texts: readonly Int32Array[]): Samples {
  const length = texts[0]!.length;
  const tokens = new Int32Array(texts.length * length);
  texts.forEach((text, i) => tokens.set(text, i * length));
  return { tokens, batch: texts.length, length };
}

/** How texts came to be. */
export type Written = Pick<
  ReportRow,
  "kind" | "steps" | "precision" | "temperature" | "order" | "passes" | "secondsPerText"
>;

/** Measures texts that are there. */
export async function measureTexts(
  { perplexity, metrics, signal }: Pick<MeasureOptions, "perplexity" | "metrics" | "signal">,
  {
    texts,
    written,
    model,
  }: { readonly texts: Samples; readonly written: Written; readonly model: Pick<LanguageModel, "tokenizer"> },
): Promise<Measurement> {
  const report = await evaluateSamples({
    samples: texts,
    sampling: written,
    metrics: { perplexity },
    signal,
  });
  const further = await evaluateSamples({ samples: texts, sampling: written, metrics, signal });
  const columns = Object.entries(further.metrics);
  const { tokens, batch, length } = texts;
  const first = Array.from({ length: Math.min(keptTexts, batch) }, (_, i) =>
    readText(tokens.slice(i * length, (i + 1) * length), model.tokenizer),
  );
  return {
    row: {
      ...written,
      ...report.metrics.perplexity.result,
      unigramEntropy: report.unigramEntropy,
      textEntropies: unigramEntropies(texts),
      distinct: report.distinct,
      measures: Object.fromEntries(columns.map(([name, { result }]) => [name, result])),
    },
    protocols: Object.fromEntries(columns.map(([name, { protocol }]) => [name, protocol])),
    texts: first,
  };
}
