import type { CausalModel } from "@sdtt/core";
import type { CausalDescription } from "@sdtt/models";
import type { Device } from "@sdtt/runtime";
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
   * one group follow those of another. Until its end is known a text is `length` long, masks where nothing is written.
   */
  stream(options?: CausalSampleOptions): AsyncGenerator<TextSampleStep, TextSample>;
}

/** `length` is the most tokens of a text. Without a prompt a text begins as one of the training does, after an end of text. */
export interface CausalSampleOptions extends Pick<
  TextSampleOptions,
  "samples" | "length" | "seed" | "prompt" | "temperature" | "topP" | "topK" | "signal"
> {
  /** Reads an end of text before the prompt. It is no part of the text. */
  readonly addBos?: boolean | undefined;
  /** Writes on past an end of text, to the full length. A text stops before it unless given. */
  readonly ignoreEnd?: boolean | undefined;
}
