import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { tensorFromBytes } from "@sdtt/core";
import type { DataType, Tensor } from "@sdtt/core";

/** The sizes of the models that the fixtures were made with (`fixtures/dims.json`), as `DitConfig` has them. */
export const fixtureModel = {
  vocabSize: 97,
  hiddenSize: 64,
  blockCount: 2,
  headCount: 4,
  conditionSize: 32,
  length: 32,
  timeConditioning: false,
} as const;

/** The path of a fixture: outputs of the original implementations, described in `fixtures/README.md`. */
export function fixturePath(name: string): string {
  return fileURLToPath(new URL(`../fixtures/${name}`, import.meta.url));
}

/**
 * The tensors of a fixture. A reader of its own, short and trusting, so that tests of the product's reader have
 * something to be compared with.
 */
export function readFixture(name: string): Map<string, Tensor> {
  const file = readFileSync(fixturePath(name));
  const headerLength = Number(file.readBigUInt64LE(0));
  const header = JSON.parse(file.toString("utf8", 8, 8 + headerLength)) as Record<string, Entry>;
  const tensors = new Map<string, Tensor>();
  for (const [key, entry] of Object.entries(header)) {
    if (key === "__metadata__") continue;
    const [begin, end] = entry.data_offsets.map((offset) => 8 + headerLength + offset) as [number, number];
    tensors.set(
      key,
      tensorFromBytes(dataTypes[entry.dtype]!, entry.shape, new Uint8Array(file.subarray(begin, end))),
    );
  }
  return tensors;
}

/** One tensor of a fixture as numbers. */
export function fixtureNumbers(tensors: Map<string, Tensor>, key: string): number[] {
  const found = tensors.get(key);
  if (!found) throw new Error(`The fixture has no tensor ${key}; it has ${[...tensors.keys()].join(", ")}.`);
  return Array.from(found.data as ArrayLike<number | bigint>, Number);
}

interface Entry {
  dtype: string;
  shape: number[];
  data_offsets: [number, number];
}

const dataTypes: Record<string, DataType> = {
  F64: "float64",
  F32: "float32",
  F16: "float16",
  BF16: "bfloat16",
  I64: "int64",
  BOOL: "bool",
};
