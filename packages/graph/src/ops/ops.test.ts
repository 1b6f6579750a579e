import { createStream, tensor } from "@sdtt/core";
import { evaluateProgram } from "@sdtt/testing";
import { describe, expect, test } from "vitest";
import { cast, input, scatterAddRows, serialize } from "../index.ts";
import type { Value } from "../index.ts";
import { randomTensor } from "../testing/loss-of.ts";
import { operatorTwins } from "../testing/operator-twins.ts";
import { numbersOf, plainOf } from "../testing/plain.ts";
import type { Plain } from "../testing/plain.ts";

describe.each(["float64", "float32"] as const)("in %s", (dtype) => {
  test.each(Object.keys(operatorTwins))("%s is what it says", async (name) => {
    const [shapes, graph, twin] = operatorTwins[name]!;
    const stream = createStream(3).child(name);
    const feeds = shapes.map((shape, i) => randomTensor(stream.child(i), shape));
    const operands = shapes.map((shape, i) => cast(input("abc"[i]!, "float64", shape), dtype));
    const result = graph(...(operands as [Value, Value, Value]));
    const program = serialize({ outputs: { result } });
    const named = program.inputs.map((each) => [each.name, feeds["abc".indexOf(each.name)]!]);
    const { result: actual } = await evaluateProgram(program, Object.fromEntries(named));
    const expected = twin(...(feeds.map(plainOf) as [Plain, Plain, Plain]));
    expect(actual!.shape).toEqual(expected.shape);
    const tolerance = dtype === "float64" ? 1e-12 : 1e-5;
    for (const [i, value] of numbersOf(expected).entries()) {
      expect(Math.abs(Number(actual!.data[i]) - value) / (1 + Math.abs(value))).toBeLessThan(tolerance);
    }
  });
});

test("rows scattered onto few places, many onto each, are all added", async () => {
  const [count, places, width] = [20_000, 5, 3];
  const stream = createStream(1);
  const rows = randomTensor(stream, [count, width]);
  const at = Array.from({ length: count }, (_, i) => (i % 2 ? 0 : stream.uint32(i) % places));
  const base = randomTensor(stream.child("base"), [places, width]);
  const expected = Array.from(base.data);
  at.forEach((place, i) => {
    for (let j = 0; j < width; j++) expected[place * width + j]! += rows.data[i * width + j]!;
  });
  const scattered = scatterAddRows(
    input("base", "float64", base.shape),
    input("at", "int64", [count]),
    input("rows", "float64", rows.shape),
  );
  const { result } = await evaluateProgram(serialize({ outputs: { result: scattered } }), {
    base,
    rows,
    at: tensor("int64", [count], BigInt64Array.from(at, BigInt)),
  });
  expected.forEach((value, i) => expect(Number(result!.data[i])).toBeCloseTo(value, 9));
});
