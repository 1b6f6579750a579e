import type { CausalModel } from "@sdtt/core";
import type { CausalDescription } from "@sdtt/models";
import type { Device } from "@sdtt/engine";
import type { Tokenizer } from "@sdtt/tokenizer";
import type { TextSample, TextSampleOptions, TextSampleStep } from "./language-model.ts";

/** An autoregressive language model, ready to write one token after the other, to judge texts and to be compared with. */
export interface CausalLanguageModel extends AsyncDisposable {
  /** What it was loaded as. */
  readonly name: string;
  readonly description: CausalDescription;
  /** How many numbers it was trained to. */
  readonly parameterCount: number;
  readonly tokenizer: Tokenizer;
  /** The network under the texts. */
  readonly network: CausalModel;
  /** Where it computes. */
  readonly device: Device;
  /** Writes texts. Throws `usage` for options out of range, `aborted` if the signal fires. */
  sample(options?: CausalSampleOptions): Promise<TextSample>;
  /**
   * As `sample`, with an event for each position. Where there are more texts than are written together, the positions of
   * one group follow those of another. What is not written yet is masks.
   */
  stream(options?: CausalSampleOptions): AsyncGenerator<TextSampleStep, TextSample>;
}

/**
 * A text stops at an end of text that the model writes, with a prompt and from nothing; after it its ids are ends of text. Unless
 * `addBos` says, texts from nothing begin with the end-of-text token, and prompts are read as they are.
 */
export type CausalSampleOptions = Pick<
  TextSampleOptions,
  | "samples"
  | "length"
  | "seed"
  | "prompt"
  | "temperature"
  | "topP"
  | "topK"
  | "addBos"
  | "ignoreEos"
  | "signal"
>;
