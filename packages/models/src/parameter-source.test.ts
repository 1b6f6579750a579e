import { tensor } from "@sdtt/core";
import type { Tensor } from "@sdtt/core";
import { gather, input, serialize } from "@sdtt/graph";
import type { Value, Weight, Weights } from "@sdtt/graph";
import { evaluateProgram } from "@sdtt/testing";
import { describe, expect, test } from "vitest";
import { declareParameters } from "./parameter-source.ts";
import type { ParameterSource } from "./parameter-source.ts";

const [rowCount, columns] = [7, 5];
const shape = [rowCount, columns];
const held = (of: Tensor): Weight => ({ dtype: of.dtype, shape: of.shape, source: { tensor: of } });

const int8 = tensor(
  "int8",
  shape,
  Int8Array.from({ length: rowCount * columns }, (_, i) => ((i * 37) % 255) - 127),
);
const scale = tensor(
  "float32",
  [rowCount, 1],
  Float32Array.from({ length: rowCount }, (_, i) => 0.1 / (i + 3)),
);
// Every bit pattern below 0x7c00 is a finite half.
const halves = Uint16Array.from({ length: rowCount * columns }, (_, i) => (i * 811) % 0x7c00);
const floats = Float32Array.from({ length: rowCount * columns }, (_, i) => Math.sin(i));

const stored: Record<string, Weight> = {
  int8: { ...held(int8), scale: held(scale) },
  float16: held(tensor("float16", shape, halves)),
  float32: held(tensor("float32", shape, floats)),
};

describe("rows are those of the widened matrix, bit by bit", () => {
  for (const [name, weight] of Object.entries(stored)) {
    test(name, async () => {
      const weights: Weights = new Map([["table", weight]]);
      const ids = tensor("int64", [4], BigInt64Array.of(6n, 0n, 3n, 3n));
      const evaluate = async (rows: (source: ParameterSource, ids: Value) => Value) => {
        const source = declareParameters([{ name: "table", shape }], { weights });
        const found = rows(source, input("ids", "int64", ["ids"]));
        const outputs = await evaluateProgram(serialize({ outputs: { found }, weights }), { ids });
        return outputs["found"]!;
      };
      const lookedUp = await evaluate((source, wanted) => source.rows("table", wanted));
      const slow = await evaluate((source, wanted) => gather(source.get("table"), wanted));
      expect(lookedUp).toEqual(slow);
      expect(lookedUp.shape).toEqual([4, columns]);
    });
  }
});
