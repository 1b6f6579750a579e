import { SdttError } from "@sdtt/core";
import { scalar } from "../scalar.ts";
import type { Value } from "../value.ts";
import { bitwiseAnd, bitwiseXor } from "./bitwise.ts";
import { cast } from "./cast.ts";
import { greaterOrEqual, where } from "./compare.ts";
import { add, divide, multiply } from "./elementwise.ts";
import { reshape } from "./layout.ts";
import { range } from "./size.ts";

export interface DropoutOptions {
  /** The share of elements that become zero, from 0 up to but not 1. The others grow by 1 / (1 - rate). */
  readonly rate: number;
  /** Everything that the mask depends on beside the place: int64 `[]`, from 0 to 2^32 - 1. */
  readonly seed: Value;
  /** The number of each row, int64 `[rows]`, from 0 to 2^32 - 1: a row has its mask wherever it lies. */
  readonly rows: Value;
  /** Tells dropouts of one seed apart: a whole number from 0. */
  readonly site: number;
}

/**
 * Dropout (Srivastava et al. 2014) of `x` `[rows, width]` with a mask that is a function of seed, site, row and column,
 * computed in the graph. ONNX's own operator draws from a generator whose state cannot be saved; this one has none.
 *
 * An element stays if a 32-bit word of its own is large enough. Words of rows and columns are hashed well, at little cost;
 * an element's word joins three of them by two rounds of exclusive or and a multiplication modulo 2^32.
 */
export function dropout(x: Value, { rate, seed, rows, site }: DropoutOptions): Value {
  if (!(rate >= 0 && rate < 1)) {
    throw new SdttError("usage", `A dropout rate must be at least 0 and below 1; got ${rate}.`);
  }
  if (rate === 0) return x;
  const [count, width] = [rows.shape[0]!, x.shape[1]!];
  const key = (purpose: number) => hash(add(seed, scalar("int64", 3 * site + purpose)));
  const words = (numbers: Value, purpose: number) => cast(hash(add(numbers, key(purpose))), "int32");
  const rowWords = [0, 1].map((purpose) => reshape(words(rows, purpose), [count, 1])) as [Value, Value];
  const columnWords = reshape(words(range(width), 2), [1, width]);

  const first = multiply(bitwiseXor(rowWords[0], columnWords), scalar("int32", multipliers[0]));
  const word = multiply(bitwiseXor(first, rowWords[1]), scalar("int32", multipliers[1]));
  // Words are signed: those below this one are the given share of all.
  const least = Math.round((rate - 0.5) * 2 ** 32);
  const stays = greaterOrEqual(word, scalar("int32", least));
  return where(stays, multiply(x, scalar(x.dtype, 1 / (1 - rate))), scalar(x.dtype, 0));
}

/** Odd and below 2^31, so that their product with 32 bits fits into an int64. */
const multipliers = [0x21f0aaad, 0x735a2d97] as const;

/** The low 32 bits of an int64, mixed: the finalizer of SplitMix32, in int64 because ONNX has no unsigned multiplication. */
function hash(value: Value): Value {
  const low = (x: Value) => bitwiseAnd(x, scalar("int64", 2 ** 32 - 1));
  const fold = (x: Value, bits: number) => bitwiseXor(x, divide(x, scalar("int64", 2 ** bits)));
  const times = (x: Value, factor: number) => low(multiply(x, scalar("int64", factor)));
  return fold(times(fold(times(fold(low(value), 16), multipliers[0]), 15), multipliers[1]), 15);
}
