import type { DrawRequest } from "@sdtt/core";

/** How tokens are drawn. Sequences of one setting can share a call to the denoiser. */
export interface DrawSetting {
  /** Divides the logits; 1 unless given. Above 0. */
  readonly temperature?: number | undefined;
  /** Keeps the likeliest tokens up to this probability; 1 unless given. In (0, 1]. */
  readonly topP?: number | undefined;
  /** What top-p keeps; `reach` unless given. */
  readonly nucleus?: DrawRequest["nucleus"];
  /** Keeps this many of the likeliest tokens; all unless given. At least 1. */
  readonly topK?: number | undefined;
  /** How far draws go beyond what the given tokens do to the distribution; two passes a step. None unless given. */
  readonly guidance?: number | undefined;
}

/** What the final pass over left-overs draws with, as the sampler of the library does: the likeliest token. */
export const greedySetting: DrawSetting = { topK: 1 };
