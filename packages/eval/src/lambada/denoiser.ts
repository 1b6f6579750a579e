import { throwIfAborted } from "@sdtt/core";
import type { RandomStream } from "@sdtt/core";
import { logLinearSchedule } from "@sdtt/scheduler";
import type { Schedule } from "@sdtt/scheduler";
import { checkScored } from "../finite.ts";
import { targetLogProbs } from "../target-log-probs.ts";
import type { EvaluatedDenoiser } from "../target-log-probs.ts";
import { layCanvas, maskedCanvases } from "./canvas.ts";
import type { Canvas, MaskedCanvas } from "./canvas.ts";
import type { LambadaItem } from "./items.ts";
import { summarise } from "./result.ts";
import type { Answer, Lambada } from "./result.ts";

/**
 * What a diffusion model sees after the last word.
 *
 * - `visible`: an end-of-text token right after it, as in SDTT's paper. How many tokens the word has is given away.
 * - `masked`: masks up to one length for all passages, so that the model has to know where the word ends.
 */
export type LambadaEnd = "visible" | "masked";

export interface DenoiserLambadaOptions {
  readonly denoiser: EvaluatedDenoiser;
  readonly items: readonly LambadaItem[];
  readonly end: LambadaEnd;
  /** The end-of-text token. */
  readonly endId: number;
  /** Decides times and masks; passage i takes its child i. */
  readonly stream: RandomStream;
  /** Noise levels of each passage; 32 unless given. */
  readonly draws?: number | undefined;
  /** Masks from the word on, for `masked`: 16 or what the longest word has, unless given. */
  readonly span?: number | undefined;
  /** The most tokens that the model was trained on: longer contexts lose their beginning. No limit unless given. */
  readonly maxLength?: number | undefined;
  /** Whether the network is told the noise level; not unless given, and then a masking is asked about once. */
  readonly timeConditioning?: boolean | undefined;
  readonly schedule?: Schedule | undefined;
  /** Texts that the denoiser is asked about at once; 32 unless given. */
  readonly batchSize?: number | undefined;
  /** Told how many of the passages are done. */
  readonly onProgress?: ((done: number, total: number) => void) | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** Passages that are laid out at a time. */
const groupSize = 32;

/**
 * LAMBADA of a masked diffusion model, after SDTT (arXiv 2410.21035): right if the likeliest tokens of one pass over the passage with
 * its last word masked are all the word's. The perplexity is a bound: MDLM's equation 10 summed over the word's tokens, averaged
 * over stratified times, with all else clamped.
 *
 * @throws SdttError `numeric` where a log-probability or the perplexity is not finite.
 */
export async function lambadaOfDenoiser(options: DenoiserLambadaOptions): Promise<Lambada> {
  const { items, end, draws = 32, onProgress, signal } = options;
  const span = options.span ?? items.reduce((most, { word }) => Math.max(most, word.length), 16);
  const canvases = items.map((item, index) => layCanvas(item, { ...options, index, span }));
  // Texts that are asked about together have one length.
  canvases.sort((a, b) => a.tokens.length - b.tokens.length || a.index - b.index);
  const answers: Answer[] = [];
  for (let first = 0; first < canvases.length; first += groupSize) {
    throwIfAborted(signal);
    const group = canvases.slice(first, first + groupSize);
    const right = await areRight(group, options);
    const nats = await boundsOf(group, options);
    group.forEach(({ index }, i) => (answers[index] = { isRight: right[i]!, nats: nats[i]! }));
    onProgress?.(first + group.length, items.length);
  }
  const behind = end === "visible" ? "a visible end-of-text" : `masks, ${span} from the word on`;
  return summarise(
    answers,
    `last word and its space masked, after it ${behind}; right if every token is the likeliest in one pass; perplexity of words, at most, ${draws} noise levels`,
  );
}

/** Whether one pass over each canvas, its word masked, finds the word. */
async function areRight(group: readonly Canvas[], options: DenoiserLambadaOptions): Promise<boolean[]> {
  const { denoiser, schedule = logLinearSchedule(), signal } = options;
  const { maskId } = denoiser;
  const queries = group.map(({ tokens, wordAt, word }, canvas) => ({
    tokens: tokens.slice().fill(maskId, wordAt, wordAt + word.length),
    positions: Int32Array.from(word, (_, j) => wordAt + j),
    time: 1,
    weight: 1,
    canvas,
  }));
  const right: boolean[] = [];
  for (const batch of batchesOf(queries, options)) {
    const request = requestOf(batch, schedule);
    const uniforms = new Float64Array(request.rows.length).fill(0.5);
    const { ids } = await denoiser.draw({ ...request, uniforms, topK: 1, signal });
    let at = 0;
    for (const { canvas } of batch) {
      right.push(group[canvas]!.word.every((id) => ids[at++] === id));
    }
  }
  return right;
}

/** The bound of each canvas, in nats of its word. */
async function boundsOf(group: readonly Canvas[], options: DenoiserLambadaOptions): Promise<Float64Array> {
  const { denoiser, schedule = logLinearSchedule(), signal } = options;
  const queries = group.flatMap((canvas, i) => maskedCanvases(canvas, i, options));
  const nats = new Float64Array(group.length);
  for (const batch of batchesOf(queries, options)) {
    const request = requestOf(batch, schedule);
    const asked = batch.flatMap((query) => Array.from(query.positions, (position) => ({ query, position })));
    const targets = Int32Array.from(
      asked,
      ({ query: { canvas }, position }) => group[canvas]!.tokens[position]!,
    );
    const logProbs = await targetLogProbs(denoiser, { ...request, targets, signal });
    asked.forEach(({ query: { canvas, weight }, position }, i) => {
      const { index } = group[canvas]!;
      checkScored({ logProb: logProbs[i]!, id: targets[i]!, text: index, position });
      nats[canvas]! -= weight * logProbs[i]!;
    });
  }
  return nats;
}

/** Neighbours of one length, as many as are asked about at once. */
function* batchesOf(
  queries: readonly MaskedCanvas[],
  { batchSize = 32 }: DenoiserLambadaOptions,
): Generator<MaskedCanvas[]> {
  for (let first = 0; first < queries.length;) {
    const { length } = queries[first]!.tokens;
    let end = first;
    while (end < queries.length && end - first < batchSize && queries[end]!.tokens.length === length) end++;
    yield queries.slice(first, end);
    first = end;
  }
}

function requestOf(queries: readonly MaskedCanvas[], schedule: Schedule) {
  const { length } = queries[0]!.tokens;
  const tokens = new Int32Array(queries.length * length);
  queries.forEach((query, i) => tokens.set(query.tokens, i * length));
  const rows = queries.flatMap(({ positions }, i) => Array.from(positions, (at) => i * length + at));
  const sigma = Float32Array.from(queries, ({ time }) => schedule.sigma(time));
  return { tokens, batch: queries.length, length, rows: Int32Array.from(rows), sigma };
}
