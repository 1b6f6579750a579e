import { tensor, tensorFromBytes, type DataType } from "@sdtt/core";
import { expect, test } from "vitest";
import type { Engine } from "@sdtt/engine";
import { addition, identity, programOf } from "./programs.ts";

const dataTypes: DataType[] = [
  "float64",
  "float32",
  "float16",
  "int64",
  "int32",
  "int16",
  "int8",
  "uint64",
  "uint32",
  "uint16",
  "uint8",
  "bool",
];

export function testRuns(engine: () => Engine): void {
  test("sizes may change from run to run, down to zero", async () => {
    await using session = await engine().load(addition);
    for (const rows of [2, 0, 5, 1]) {
      const a = tensor(
        "float32",
        [rows, 3],
        Float32Array.from({ length: 3 * rows }, (_, i) => i),
      );
      const b = tensor("float32", [rows, 3], new Float32Array(3 * rows).fill(10));
      const { sum } = await session.run({ feeds: { a, b } });
      expect(sum).toEqual({ ...a, data: a.data.map((value) => value + 10) });
    }
  });

  test.each(dataTypes)("%s goes in and comes out unchanged", async (dtype) => {
    await using session = await engine().load(identity(dtype));
    const bytes = dtype === "bool" ? Uint8Array.of(1, 0, 0, 1) : Uint8Array.of(0, 60, 1, 188, 3, 4, 5, 66);
    const given = tensorFromBytes(dtype, [bytes.length / widthOf(dtype)], bytes);
    expect(await session.run({ feeds: { given } })).toEqual({ same: given });
  });

  test("only the outputs asked for come back", async () => {
    const both = programOf({
      inputs: { a: ["float32", 2] },
      outputs: { negative: ["float32", 2], root: ["float32", 2] },
      nodes: [
        ["Neg", ["a"], ["negative"]],
        ["Sqrt", ["a"], ["root"]],
      ],
    });
    await using session = await engine().load(both);
    const feeds = { a: tensor("float32", [2], Float32Array.of(4, 9)) };
    expect(await session.run({ feeds, outputs: ["root"] })).toEqual({
      root: tensor("float32", [2], Float32Array.of(2, 3)),
    });
  });

  test("the caller's arrays stay the caller's, also where they are parts of others", async () => {
    await using session = await engine().load(addition);
    const floats = Float32Array.from({ length: 9 }, (_, i) => i);
    const a = tensor("float32", [1, 3], floats.subarray(3, 6));
    await session.run({ feeds: { a, b: a } });
    const { sum } = await session.run({ feeds: { a, b: a } });
    expect(sum!.data).toEqual(Float32Array.of(6, 8, 10));
    expect(floats).toEqual(Float32Array.from({ length: 9 }, (_, i) => i));
  });
}

function widthOf(dtype: DataType): number {
  return dtype === "bool" ? 1 : Number(/\d+/.exec(dtype)![0]) / 8;
}
