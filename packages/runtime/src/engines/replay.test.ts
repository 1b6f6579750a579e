import { tensor } from "@sdtt/core";
import { add, input, serialize } from "@sdtt/graph";
import { expect, test } from "vitest";
import { createEngine } from "./create-engine.ts";
import { identityProgram } from "@sdtt/engine";

const [x, y] = [input("x", "float32", [2]), input("y", "float32", [2])];
const sum = serialize({ outputs: { sum: add(x, y) }, name: "sum" });
const numbers = (...values: number[]) => tensor("float32", [values.length], Float32Array.of(...values));

test("a session that replays computes what its residents hold at each run", async () => {
  await using engine = await createEngine({ threads: 1 });
  await using session = await engine.load(sum, { replay: true });
  const [a, b, out] = [
    await engine.place(numbers(1, 2)),
    await engine.place(numbers(10, 20)),
    await engine.place(numbers(0, 0)),
  ];
  const request = { feeds: { x: a, y: b }, into: { sum: out } };
  for (const value of [1, 5]) {
    await a.write(numbers(value, value));
    await session.run(request);
    expect([...(await out.read()).data]).toEqual([value + 10, value + 20]);
  }
  const swapped = { feeds: { x: b, y: a }, into: { sum: out } };
  await expect(session.run(swapped)).rejects.toThrow(/the same resident tensors in each run/);
  await expect(session.run({ feeds: { x: a, y: b } })).rejects.toThrow(
    /resident tensors for all feeds and outputs/,
  );
  const given = { feeds: { x: numbers(1, 2), y: b }, into: { sum: out } };
  await expect(session.run(given)).rejects.toThrow(/resident tensors for all/);
});

test("a program whose sizes may differ cannot be replayed", async () => {
  await using engine = await createEngine({ threads: 1 });
  await expect(engine.load(identityProgram("float32"), { replay: true })).rejects.toThrow(
    'expected numbers in the shape of "given", got [n].',
  );
});
