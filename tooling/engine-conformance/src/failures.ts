import { tensor, type Tensor } from "@sdtt/core";
import { expect, test } from "vitest";
import type { Engine } from "@sdtt/engine";
import { addition, programOf } from "./programs.ts";

const zeros = (...shape: number[]): Tensor =>
  tensor("float32", shape, new Float32Array(shape.reduce((product, size) => product * size, 1)));

/** Feeds of the addition that are wrong, and what is said about them. */
const wrongFeeds: readonly (readonly [string, Record<string, Tensor>, string])[] = [
  ["missing", { a: zeros(2, 3) }, 'Input "b" is missing: expected float32 [rows, 3].'],
  [
    "unknown",
    { a: zeros(2, 3), b: zeros(2, 3), c: zeros(1) },
    'The program has no input "c"; it has "a", "b".',
  ],
  [
    "of another type",
    { a: zeros(1, 3), b: tensor("float64", [1, 3], new Float64Array(3)) },
    'Input "b": expected float32 [rows, 3], got float64 [1, 3].',
  ],
  [
    "of another fixed size",
    { a: zeros(2, 3), b: zeros(2, 4) },
    'Input "b": expected float32 [rows, 3], got float32 [2, 4].',
  ],
  [
    "of another rank",
    { a: zeros(3), b: zeros(3) },
    'Input "a": expected float32 [rows, 3], got float32 [3].',
  ],
  [
    "of two sizes for one name",
    { a: zeros(2, 3), b: zeros(1, 3) },
    'Input "b": expected float32 [rows, 3] with rows = 2 as in input "a", got float32 [1, 3].',
  ],
  [
    "shorter than its shape",
    { a: { ...zeros(2, 3), shape: [4, 3] }, b: zeros(4, 3) },
    'Input "a": expected the elements of float32 [4, 3], got 6 in 24 bytes.',
  ],
];

export function testFailures(engine: () => Engine): void {
  test.each(wrongFeeds)("a feed that is %s is named", async (_, feeds, message) => {
    await using session = await engine().load(addition);
    await expect(session.run({ feeds })).rejects.toMatchObject({ code: "usage", message });
  });

  test("an output that is unknown is named", async () => {
    await using session = await engine().load(addition);
    const feeds = { a: zeros(1, 3), b: zeros(1, 3) };
    await expect(session.run({ feeds, outputs: ["total"] })).rejects.toMatchObject({
      code: "usage",
      message: 'The program has no output "total"; it has "sum".',
    });
  });

  test("a model that cannot be read fails with ONNX Runtime's words", async () => {
    const broken = { ...addition, model: Uint8Array.of(1, 2, 3) };
    await expect(engine().load(broken)).rejects.toMatchObject({
      code: "runtime",
      message: expect.stringMatching(/^ONNX Runtime: .*protobuf parsing failed/),
    });
  });

  test("a run that fails says where, and leaves the session whole", async () => {
    const product = programOf({
      inputs: { a: ["float32", "rows", "inner"], b: ["float32", "other", "columns"] },
      outputs: { product: ["float32", "rows", "columns"] },
      nodes: [["MatMul", ["a", "b"], ["product"]]],
    });
    await using session = await engine().load(product);
    await expect(session.run({ feeds: { a: zeros(2, 3), b: zeros(4, 2) } })).rejects.toMatchObject({
      code: "runtime",
      message: expect.stringMatching(/^ONNX Runtime: .*MatMul/),
    });
    const { product: result } = await session.run({ feeds: { a: zeros(2, 3), b: zeros(3, 2) } });
    expect(result).toEqual(zeros(2, 2));
  });
}
