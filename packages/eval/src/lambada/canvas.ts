import { SdttError } from "@sdtt/core";
import type { RandomStream } from "@sdtt/core";
import { nelboWeight } from "@sdtt/losses";
import { logLinearSchedule, maskProbability } from "@sdtt/scheduler";
import type { Schedule } from "@sdtt/scheduler";
import { stratifiedTimes } from "../noise-levels.ts";
import { cutContext } from "./items.ts";
import type { LambadaItem } from "./items.ts";

/** A passage as a diffusion model sees it, but for the masks of its word. */
export interface Canvas {
  readonly index: number;
  readonly word: Int32Array;
  /** Where the word begins. */
  readonly wordAt: number;
  /** Context, word, and what is behind it. */
  readonly tokens: Int32Array;
}

export interface CanvasOptions {
  readonly index: number;
  readonly end: "visible" | "masked";
  readonly endId: number;
  readonly span: number;
  readonly maxLength?: number | undefined;
  readonly denoiser: { readonly maskId: number };
}

/** Throws `usage` for a word that is longer than the span. */
export function layCanvas({ context, word }: LambadaItem, options: CanvasOptions): Canvas {
  const { index, end, endId, span, maxLength = Infinity, denoiser } = options;
  if (word.length > span) {
    throw new SdttError(
      "usage",
      `The last word of passage ${index} has ${word.length} tokens, more than ${span}.`,
    );
  }
  const behind =
    end === "visible" ? [endId] : Array.from({ length: span - word.length }, () => denoiser.maskId);
  const before = cutContext(context, maxLength - word.length - behind.length);
  return { index, word, wordAt: before.length, tokens: Int32Array.from([...before, ...word, ...behind]) };
}

/** A canvas with some of its word masked, and what of it is asked. */
export interface MaskedCanvas {
  readonly tokens: Int32Array;
  /** The masked positions of the word. */
  readonly positions: Int32Array;
  readonly time: number;
  /** What the surprise at these positions counts in the mean over noise levels. */
  readonly weight: number;
  /** Which canvas of its group it is of. */
  readonly canvas: number;
}

export interface MaskingOptions {
  readonly denoiser: { readonly maskId: number };
  readonly stream: RandomStream;
  readonly draws?: number | undefined;
  readonly timeConditioning?: boolean | undefined;
  readonly schedule?: Schedule | undefined;
}

/** As in MDLM; near 0 the weight has no bound. */
const leastTime = 1e-3;

/**
 * The maskings of a word at stratified times. Those that are equal are one, with the sum of their weights, where the network is not
 * told the time: a word of two tokens has only three. Those that mask nothing add nothing.
 */
export function maskedCanvases(
  { index, tokens, word, wordAt }: Canvas,
  canvas: number,
  options: MaskingOptions,
): MaskedCanvas[] {
  const { denoiser, draws = 32, timeConditioning = false, schedule = logLinearSchedule() } = options;
  const stream = options.stream.child(index);
  const found = new Map<string, MaskedCanvas>();
  stratifiedTimes({ count: draws, least: leastTime, stream: stream.child("times") }).forEach((time, draw) => {
    const uniforms = stream.child("masks").child(draw);
    const probability = maskProbability(schedule, time);
    const positions = Int32Array.from(word.keys())
      .filter((j) => uniforms.uniform(j) < probability)
      .map((j) => wordAt + j);
    if (positions.length === 0) return;
    const key = timeConditioning ? String(draw) : positions.join();
    const weight = nelboWeight({ sigma: schedule.sigma(time), rate: schedule.rate(time) }) / draws;
    const known = found.get(key);
    const masked = known?.tokens ?? tokens.slice();
    for (const position of positions) masked[position] = denoiser.maskId;
    found.set(key, { tokens: masked, positions, time, weight: weight + (known?.weight ?? 0), canvas });
  });
  return [...found.values()];
}
