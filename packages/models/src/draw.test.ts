import { createStream, tensor } from "@sdtt/core";
import { input, serialize } from "@sdtt/graph";
import { chiSquaredPValue, evaluateProgram } from "@sdtt/testing";
import { describe, expect, test } from "vitest";
import { drawTokens } from "./draw.ts";

interface Setting {
  temperature?: number;
  topK?: number;
  topP?: number;
  nucleus?: "reach" | "within";
  /** The only tokens that may be drawn. */
  allowed?: readonly number[];
  entropies?: boolean;
}

/** Draws for every row; `logits` is one array for each row. */
async function draw(logits: number[][], uniforms: number[], setting: Setting = {}) {
  const tokens = logits[0]!.length;
  const filtered = setting.topK !== undefined || setting.topP !== undefined;
  const drawn = drawTokens({
    logits: input("logits", "float32", ["rows", tokens]),
    uniforms: input("uniforms", "float64", ["rows"]),
    ...(setting.allowed ? { allowed: input("allowed", "bool", [1, tokens]) } : {}),
    ...(setting.temperature === undefined ? {} : { temperature: input("temperature", "float32", [1]) }),
    ...(filtered
      ? {
          filter: {
            topK: input("k", "int64", [1]),
            topP: input("p", "float64", [1]),
            nucleus: setting.nucleus,
          },
        }
      : {}),
    entropies: setting.entropies ? ((setting.topP ?? 1) < 1 ? "top-p" : "whole") : undefined,
  });
  const program = serialize({ outputs: { ...drawn } });
  const { ids, logProbs, entropies } = await evaluateProgram(program, {
    logits: tensor("float32", [logits.length, tokens], Float32Array.from(logits.flat())),
    uniforms: tensor("float64", [logits.length], Float64Array.from(uniforms)),
    ...(setting.allowed
      ? {
          allowed: tensor(
            "bool",
            [1, tokens],
            Uint8Array.from({ length: tokens }, (_, id) => Number(setting.allowed!.includes(id))),
          ),
        }
      : {}),
    ...(setting.temperature === undefined
      ? {}
      : { temperature: tensor("float32", [1], Float32Array.of(setting.temperature)) }),
    ...(filtered
      ? {
          k: tensor("int64", [1], BigInt64Array.of(BigInt(setting.topK ?? tokens))),
          p: tensor("float64", [1], Float64Array.of(setting.topP ?? 1)),
        }
      : {}),
  });
  return {
    ids: Array.from(ids!.data, Number),
    logProbs: Array.from(logProbs!.data, Number),
    entropies: entropies && Array.from(entropies.data, Number),
  };
}

/** The same draw, as plainly as it can be said. */
function plainDraw(
  logits: number[],
  uniform: number,
  { temperature = 1, topK, topP = 1, nucleus, allowed }: Setting = {},
): number {
  const possible = logits.map((value, id) => (!allowed || allowed.includes(id) ? value : -Infinity));
  const peak = Math.max(...possible);
  let mass = possible.map((value) => Math.exp((value - peak) / temperature));
  const sorted = mass.toSorted((a, b) => b - a).slice(0, topK ?? mass.length);
  const total = sorted.reduce((a, b) => a + b, 0);
  let before = 0;
  const kept = sorted.filter((value, i) => {
    before += value;
    return i === 0 || (nucleus === "within" ? before <= topP * total : before - value < topP * total);
  });
  mass = mass.map((value) => (value >= kept.at(-1)! ? value : 0));
  let rest = uniform * mass.reduce((a, b) => a + b, 0);
  return mass.findIndex((value) => (rest -= value) < 0);
}

const stream = createStream(5);
const randomLogits = (rows: number, tokens: number) =>
  Array.from({ length: rows }, (_, row) =>
    Array.from({ length: tokens }, (_, i) => Math.fround(8 * stream.child(row).uniform(i) - 4)),
  );
const randomUniforms = (rows: number) => Array.from({ length: rows }, (_, i) => stream.child("u").uniform(i));

describe("drawing in the graph agrees with the plain draw", () => {
  // 12 and 96 fall into equal blocks; 7, 97 and 8191 are primes, which are padded; 2 is the smallest distribution.
  for (const tokens of [2, 7, 12, 96, 97, 8191]) {
    for (const setting of [
      {},
      { temperature: 0.5 },
      { topK: 3 },
      { topP: 0.7 },
      { topP: 0.7, nucleus: "within" as const },
      { topP: 0.01, nucleus: "within" as const },
      { temperature: 2, topK: 5, topP: 0.5 },
      { allowed: [1] },
      { allowed: [0, 1, 5, 6, 80, 95, 4000, 8190], temperature: 0.7 },
      { allowed: [0, 1, 5, 6, 80, 95, 4000, 8190], topK: 3, topP: 0.8 },
    ]) {
      test(`${tokens} tokens, ${JSON.stringify(setting)}`, async () => {
        const logits = randomLogits(40, tokens);
        const uniforms = randomUniforms(40);
        const { ids, logProbs } = await draw(logits, uniforms, setting);
        const expected = logits.map((row, i) => plainDraw(row, uniforms[i]!, setting));
        // float32 sums may put one uniform in a thousand on the other side of a boundary; here none is that close.
        expect(ids).toEqual(expected);
        const exact = logits.map(
          (row, i) => row[ids[i]!]! - Math.log(row.reduce((sum, value) => sum + Math.exp(value), 0)),
        );
        exact.forEach((value, i) => expect(logProbs[i]).toBeCloseTo(value, 4));
      });
    }
  }
});

test("entropies are those of the distribution after temperature and top-p, and change no draw", async () => {
  const logits = [...randomLogits(6, 97), [900, 0, ...Array.from({ length: 95 }, () => -Infinity)]];
  const uniforms = randomUniforms(7);
  const entropyOf = (row: number[], { temperature = 1, topP = 1, allowed }: Setting) => {
    const possible = row.map((value, id) => (!allowed || allowed.includes(id) ? value : -Infinity));
    const peak = Math.max(...possible);
    const mass = possible.map((value) => Math.exp((value - peak) / temperature));
    const sorted = mass.toSorted((a, b) => b - a);
    const total = sorted.reduce((a, b) => a + b, 0);
    let before = 0;
    const kept = sorted.filter((value) => (before += value) - value < topP * total);
    const keptTotal = kept.reduce((a, b) => a + b, 0);
    return kept.reduce(
      (sum, value) => (value > 0 ? sum - (value / keptTotal) * Math.log(value / keptTotal) : sum),
      0,
    );
  };
  for (const setting of [
    {},
    { temperature: 0.5 },
    { topK: 1 },
    { topP: 0.7 },
    { topK: 2, topP: 0.7 },
    { allowed: [0, 1, 5, 96], temperature: 2 },
  ]) {
    const { ids, entropies } = await draw(logits, uniforms, { ...setting, entropies: true });
    logits.forEach((row, i) => expect(entropies![i]).toBeCloseTo(entropyOf(row, setting), 5));
    expect(ids).toEqual((await draw(logits, uniforms, setting)).ids);
  }
});

test("draws follow the distribution: chi-squared over 40,000 of them", async () => {
  const logits = [1.2, -0.5, 0.3, 2.1, -3, 0, 0.9];
  const n = 40_000;
  const { ids } = await draw(
    Array.from({ length: n }, () => logits),
    randomUniforms(n),
  );
  const counts = logits.map((_, id) => ids.filter((drawn) => drawn === id).length);
  const total = logits.reduce((sum, value) => sum + Math.exp(value), 0);
  expect(
    chiSquaredPValue(
      counts,
      logits.map((value) => (n * Math.exp(value)) / total),
    ),
  ).toBeGreaterThan(1e-4);
});

test("the ends of the unit interval give tokens that can occur", async () => {
  const impossible = -Infinity;
  const logits = [impossible, 0, impossible, 1, impossible];
  const { ids } = await draw([logits, logits], [2 ** -54, 1 - 2 ** -53]);
  expect(ids).toEqual([1, 3]);
  const greedy = await draw([logits, logits], [2 ** -54, 1 - 2 ** -53], { topK: 1 });
  expect(greedy.ids).toEqual([3, 3]);
});

test("tokens that may be drawn are, however unlikely they are beside the others", async () => {
  const logits = [900, -300, 0, -301];
  const { ids, logProbs } = await draw([logits, logits], [0.5, 0.99], { allowed: [1, 3] });
  expect(ids).toEqual([1, 3]);
  expect(logProbs[0]).toBeCloseTo(-1200, 3);
});

test.each([Number.NaN, Infinity])(
  "a logit of %d draws an id of the vocabulary and says NaN of it",
  async (value) => {
    for (const tokens of [7, 97]) {
      const logits = randomLogits(1, tokens)[0]!.with(5, value);
      for (const setting of [{}, { topK: 2 }, { topP: 0.9 }, { temperature: 0.5 }]) {
        const { ids, logProbs } = await draw([logits, logits], [1e-9, 1 - 1e-9], setting);
        expect(logProbs).toEqual([Number.NaN, Number.NaN]);
        for (const id of ids) expect(id).toBeLessThan(tokens);
      }
    }
  },
);

test("what a temperature makes infinite is told, and -Infinity is a token without a chance", async () => {
  const hot = await draw([[1e30, 0, 0]], [0.5], { temperature: 1e-20 });
  expect(hot.logProbs).toEqual([Number.NaN]);
  const { ids, logProbs } = await draw([[-Infinity, 0, -Infinity]], [0.5], { topP: 0.9, temperature: 0.7 });
  expect([ids, logProbs]).toEqual([[1], [0]]);
});
