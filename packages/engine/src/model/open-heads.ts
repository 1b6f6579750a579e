import type { Weights } from "@sdtt/graph";
import type { HeadConfig } from "@sdtt/models";
import type { ModelOptions } from "./backbone.ts";
import { createLazySessions } from "./lazy-sessions.ts";
import type { LazySessions } from "./lazy-sessions.ts";

/** Widened rows of a head that are held at a time: enough for a kernel to be busy with. */
const pieceBytes = 4 * 2 ** 20;

/**
 * The heads of a model. Of one that is stored and computed in int8, for its small memory, a large head stays as it is stored: each
 * run widens it piece by piece. Widened once, as others are, it would be the largest thing in memory.
 */
export function openHeads(
  { engine, weights, dtype }: Pick<ModelOptions, "engine" | "weights" | "dtype">,
  config: HeadConfig,
): LazySessions {
  const inPieces = dtype === "int8" && !("residents" in weights) ? cutHead(weights, config) : undefined;
  return inPieces
    ? createLazySessions(engine, inPieces, { widenInRuns: true })
    : createLazySessions(engine, weights);
}

/** The weights with a head that is widened in pieces; undefined for one that is not in int8, or no larger than a piece. */
function cutHead(weights: Weights, { hiddenSize, vocabSize }: HeadConfig): Weights | undefined {
  const name = "output_layer.linear.weight";
  const weight = weights.get(name);
  const rowsAtOnce = Math.max(1, Math.floor(pieceBytes / (4 * hiddenSize)));
  if (weight?.dtype !== "int8" || vocabSize <= rowsAtOnce) return undefined;
  return new Map(weights).set(name, { ...weight, rowsAtOnce });
}
