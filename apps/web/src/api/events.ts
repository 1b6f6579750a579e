import type { RevealOrder } from "@sdtt/scheduler";

/**
 * A token of a text. A character of several tokens is part of the last of them to come, the others have nothing of it; an
 * end of text is an empty line, or nothing where the text begins with it.
 */
export interface Token {
  readonly position: number;
  readonly id: number;
  readonly text: string;
  /** Whether it is the end-of-text token. */
  readonly end_of_text?: boolean;
}

export interface RevealedToken extends Token {
  /** The model's, at temperature 1, when the token was drawn. */
  readonly probability: number;
}

/** What `/v1/denoise` tells of a text, in this order; steps count from 1. */
export type DenoiseEvent =
  | {
      readonly type: "start";
      readonly steps: number;
      /** Tokens of the text. */
      readonly length: number;
      readonly given: readonly Token[];
    }
  | {
      readonly type: "step";
      readonly step: number;
      /** In all; of samplers that take as many as they need, at most. */
      readonly steps: number;
      readonly revealed: readonly RevealedToken[];
      /** Positions that were masked again, before the others were revealed. */
      readonly masked?: readonly number[];
      /** Tokens that stay and read differently. */
      readonly retold?: readonly Token[];
    }
  | {
      readonly type: "done";
      readonly text: string;
      readonly tokens: readonly number[];
      readonly passes: number;
    };

/** A model that the server has. */
export interface ModelInfo {
  readonly id: string;
  readonly parameters: number;
  /** Tokens of a text at most. */
  readonly maxLength: number;
  /** Steps at most. */
  readonly maxSteps: number;
  /** What it draws with unless a request says. */
  readonly temperature: number;
  readonly topP: number;
  /** Which masks it fills first unless a request says. */
  readonly order: RevealOrder;
  readonly correctorSteps: number;
}
