import { createStream } from "@sdtt/core";
import { causalPerplexity } from "@sdtt/eval";
import type { ReportCell } from "@sdtt/eval";
import type { Precision } from "@sdtt/scheduler";
import type { CausalLanguageModel, LanguageModel } from "sdtt";
import { drawingOptions } from "../measure-texts.ts";

/** What a text costs, by a short run: `fixed + perStep * steps` seconds. */
export interface TextCost {
  /** For what is done once a text, whatever its steps: the draws of all its tokens. */
  readonly fixed: number;
  readonly perStep: number;
}

/** Draws whose steps cost alike: the surest are of all masked positions, the others of those that a step writes. */
export type Draws = Precision | "confidence";

/** Of each kind of draws that was timed. */
export type TextCosts = Partial<Readonly<Record<Draws, TextCost>>>;

export function drawsOf({ precision, order }: Pick<ReportCell, "precision" | "order">): Draws {
  return order === "confidence" ? order : precision;
}

export interface CalibrateOptions {
  readonly length: number;
  /** Milliseconds, monotonic. */
  readonly now: () => number;
  readonly signal: AbortSignal;
}

/** Texts that are written together while the clock runs, and the two numbers of steps that they are written in. */
const calibration = { samples: 4, few: 2, many: 6 };

/** Times a model at two numbers of steps, after a first run that is not counted. */
export async function calibrateModel(
  model: LanguageModel,
  options: CalibrateOptions & { readonly draws: Draws },
): Promise<TextCost> {
  const { length, draws, now, signal } = options;
  const drawing =
    draws === "confidence"
      ? ({ precision: "exact", order: draws } as const)
      : ({ precision: draws, order: "random" } as const);
  const { samples, few, many } = calibration;
  const write = (steps: number) =>
    model.sample({
      samples,
      length,
      seed: 0,
      ...drawingOptions({ steps, ...drawing, temperature: 1, bos: false, correctorSteps: 0 }),
      signal,
    });
  await write(few);
  const [fast, slow] = [await timed(() => write(few), now), await timed(() => write(many), now)];
  const perStep = Math.max(0, slow - fast) / (many - few) / samples;
  return { perStep, fixed: Math.max(0, fast / samples - few * perStep) };
}

/** Seconds for a judge to read a text. */
export async function calibrateJudge(
  judge: CausalLanguageModel,
  { length, now, signal }: CalibrateOptions,
): Promise<number> {
  const { samples: batch } = calibration;
  const stream = createStream(0);
  const tokens = Int32Array.from({ length: batch * length }, (_, i) =>
    Math.floor(stream.uniform(i) * judge.tokenizer.vocabSize),
  );
  const read = () => causalPerplexity({ judge: judge.network, texts: { tokens, batch, length }, signal });
  await read();
  return (await timed(read, now)) / batch;
}

/** Seconds. */
async function timed(work: () => Promise<unknown>, now: () => number): Promise<number> {
  const start = now();
  await work();
  return (now() - start) / 1000;
}
