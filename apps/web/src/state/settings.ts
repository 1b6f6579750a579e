import type { RevealOrder } from "@sdtt/scheduler";
import type { DenoiseRequest } from "../api/client.ts";
import { firstExample } from "../content.ts";
import { hasGaps, hasWords } from "./gaps.ts";

/** How masks turn into tokens: each way with one setting of its own, beside the steps. */
export const samplerChoices = ["plain", "remasking", "adaptive", "blocks"] as const;
export type SamplerChoice = (typeof samplerChoices)[number];

/** All that a text follows from. */
export interface Settings {
  /** What the text begins with, or a text with gaps: `The <mask:4> sat.` */
  readonly text: string;
  /** Tokens of the text, what is given included. Ignored where the text has gaps: it is as long as they say. */
  readonly length: number;
  /** Ignored by the adaptive sampler, which takes as many as it needs. */
  readonly steps: number;
  readonly sampler: SamplerChoice;
  /** Which masks are filled first, of plain and of block by block. What the model recommends unless given. */
  readonly order: RevealOrder | undefined;
  /** Steps that correct the text after those that write it, of plain and of block by block. What the model recommends unless given. */
  readonly correctorSteps: number | undefined;
  /** Of remasking: the probability that a step masks a written token again. */
  readonly eta: number;
  /** Of the adaptive sampler: nats of entropy that a pass may reveal at once. */
  readonly gamma: number;
  /** Of block by block: into how many the text is cut. */
  readonly blocks: number;
  /** Classifier-free: how far the text goes beyond what the given words do to the model's distribution. 0 is none; ignored without words. */
  readonly guidance: number;
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
  sampler: "plain",
  order: undefined,
  correctorSteps: undefined,
  eta: 0.1,
  gamma: 2,
  blocks: 4,
  guidance: 0,
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
  correctorSteps: [0, 1024],
  eta: [0, 1],
  gamma: [0, 100],
  blocks: [2, 64],
  guidance: [0, 100],
  temperature: [0, 2],
  topP: [0, 1],
  seed: [0, Number.MAX_SAFE_INTEGER],
} as const satisfies Partial<Record<keyof Settings, readonly [number, number]>>;

export function requestFor(settings: Settings, model: string): DenoiseRequest {
  const { text, length, seed, guidance, temperature, topP } = settings;
  const given = hasGaps(text) ? { template: text } : { prompt: text, length };
  // Every place is shown: a text that ended before its places do would leave some without a word.
  const shape = { seed, temperature, top_p: topP, ignore_eos: true };
  const guided = guidance > 0 && hasWords(text) ? { guidance } : {};
  return { model, ...given, ...samplerFields(settings), ...guided, ...shape };
}

type SamplerFields = Pick<
  DenoiseRequest,
  "steps" | "sampler" | "order" | "eta" | "gamma" | "blocks" | "corrector_steps"
>;

function samplerFields(settings: Settings): SamplerFields {
  const { sampler, order, steps, correctorSteps: corrector_steps, eta, gamma, blocks } = settings;
  switch (sampler) {
    case "plain":
      return { steps, order, corrector_steps };
    case "remasking":
      // Fewer leave nothing to mask again.
      return { steps: Math.max(3, steps), sampler: "remdm-cap", eta };
    case "adaptive":
      return { sampler: "entropy-bounded", gamma };
    case "blocks":
      return { steps, order, corrector_steps, blocks: Math.min(blocks, steps) };
  }
}
