import { checkpoint, dropout } from "@sdtt/graph";
import type { Value } from "@sdtt/graph";

/** What training a network does otherwise than sampling from it. */
export interface TrainingOptions {
  /** Keeps only the input of each block but the last, and computes the rest again in the backward pass. */
  readonly recompute?: boolean | undefined;
  /**
   * Dropout of each branch of a block, where it joins the residual stream: after the attention's output projection and
   * after the MLP, before the gate, as MDLM and SDTT have it.
   */
  readonly dropout?: BlockDropout | undefined;
}

export interface BlockDropout {
  /** From 0 up to but not 1; 0.1 in the released configurations. */
  readonly rate: number;
  /** Which masks: int64 `[]`, from 0 to 2^32 - 1. */
  readonly seed: Value;
}

/** A branch of a block, its elements dropped. */
export function dropBranch(
  branch: Value,
  { dropout: drop, block, part, rows }: TrainingOptions & BranchPlace,
): Value {
  return drop ? dropout(branch, { ...drop, site: 2 * block + (part === "attention" ? 0 : 1), rows }) : branch;
}

export interface BranchPlace {
  readonly block: number;
  readonly part: "attention" | "mlp";
  /** The position of each row in the flattened (batch, length) grid, int64 `[rows]`. */
  readonly rows: Value;
}

/** What a block makes of its input, kept or computed again. */
export function throughBlock(
  x: Value,
  { recompute = false }: TrainingOptions,
  block: (x: Value) => Value,
): Value {
  return recompute ? checkpoint([x], ([input]) => [block(input!)])[0]! : block(x);
}
