import type { DenoiseRequest } from "../api/client.ts";
import { firstExample } from "../content.ts";
import { hasGaps } from "./gaps.ts";

/** All that a text follows from. */
export interface Settings {
  /** What the text begins with, or a text with gaps: `The <mask:4> sat.` */
  readonly text: string;
  /** Tokens of the text, what is given included. Of no account where the text has gaps: it is as long as they say. */
  readonly length: number;
  readonly steps: number;
  /** What the model recommends unless given; it is known once the list of models is. */
  readonly temperature: number | undefined;
  readonly topP: number | undefined;
  readonly seed: number;
  /** The first of the server's unless given. */
  readonly model: string | undefined;
  /** A second model that writes beside the first, at the same steps. */
  readonly beside: string | undefined;
}

export const defaultSettings: Settings = {
  text: firstExample.text,
  length: 64,
  steps: 16,
  temperature: undefined,
  topP: undefined,
  seed: firstExample.seed,
  model: undefined,
  beside: undefined,
};

/** Lowest and highest; the server's own limits lie below where a model is small. */
export const ranges = {
  length: [2, 4096],
  steps: [1, 1024],
  temperature: [0, 2],
  topP: [0, 1],
  seed: [0, Number.MAX_SAFE_INTEGER],
} as const satisfies Partial<Record<keyof Settings, readonly [number, number]>>;

export function requestFor(settings: Settings, model: string): DenoiseRequest {
  const { text, length, steps, seed, temperature, topP } = settings;
  const given = hasGaps(text) ? { template: text } : { prompt: text, length };
  // Every place is shown: a text that ended before its places do would leave some without a word.
  return { model, ...given, steps, seed, temperature, top_p: topP, ignore_eos: true };
}
