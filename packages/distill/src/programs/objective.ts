import { input, linear, logSoftmax, multiply, scalar } from "@sdtt/graph";
import type { Value } from "@sdtt/graph";
import type { RowLossGradient } from "@sdtt/losses";
import type { HeadConfig } from "@sdtt/models";
import { headBias, headWeight } from "./head-names.ts";

/** What a step trains towards: the loss of a row of logits, and what it needs beside them. */
export interface Objective {
  /** Goes into the program's name. */
  readonly name: string;
  /** Declares the inputs of the loss. Called once for each program. */
  pieces(config: HeadConfig): ObjectivePieces;
}

export interface ObjectivePieces {
  /** Inputs that have a row for each row of the loss; a micro-batch brings them by their names. */
  readonly rowInputs: readonly Value[];
  readonly rowLoss: (logits: Value, rowInputs: readonly Value[]) => RowLossGradient;
}

/** The input that is a parameter of another network than the one in training. */
export const networkInput = (network: string, parameter: string): string => `${network}:${parameter}`;

/** Turns final hidden rows of another network, `[rows, hidden]`, into its logits, `[rows, vocab - 1]`. */
export function logitsOf(network: string, { vocabSize, hiddenSize }: HeadConfig): (hidden: Value) => Value {
  const tokens = vocabSize - 1;
  const weight = input(networkInput(network, headWeight), "float32", [tokens, hiddenSize]);
  const bias = input(networkInput(network, headBias), "float32", [tokens]);
  return (hidden) => linear(hidden, weight, bias);
}

/** As `logitsOf`, its distribution: log-probabilities. */
export function distributionOf(network: string, config: HeadConfig): (hidden: Value) => Value {
  const logits = logitsOf(network, config);
  return (hidden) => logSoftmax(logits(hidden));
}

/** Logits at a temperature. */
export function atTemperature(logits: Value, temperature: number): Value {
  return temperature === 1 ? logits : multiply(logits, scalar("float32", 1 / temperature));
}

/** The input with a network's final hidden rows, float32 `[rows, hidden]`. */
export const hiddenInput = (network: string): string => `${network}_hidden`;

export function hiddenOf(network: string, { hiddenSize }: HeadConfig): Value {
  return input(hiddenInput(network), "float32", ["rows", hiddenSize]);
}
