import { createEngine } from "@sdtt/runtime";
import type { Engine } from "@sdtt/runtime";
import { afterAll, beforeAll, expect, test } from "vitest";
import { loadModel } from "./load-model.ts";
import { divergence, distributionsOfTiny } from "./testing/divergence.ts";

let [one, two]: Engine[] = [];
beforeAll(async () => {
  [one, two] = [await createEngine({ threads: 1 }), await createEngine({ threads: 2 })];
});
afterAll(async () => {
  await one![Symbol.asyncDispose]();
  await two![Symbol.asyncDispose]();
});

test("a seed gives one text in int8: alone and first of eight, on one thread and on two", async () => {
  const sample = async (engine: Engine, samples: number) => {
    await using model = await loadModel("tiny", { engine, dtype: "int8" });
    return await model.sample({ samples, steps: 6, length: 41, seed: 5 });
  };
  const alone = await sample(one!, 1);
  const together = await sample(two!, 8);
  expect(together.tokens[0]).toEqual(alone.tokens[0]);
  expect(new Set(together.texts).size).toBe(8);
});

// Measured: 3.2e-4 nats from products in float32, the weights being int8 in both.
test("the distributions of the bundled model are near those in float32", async () => {
  const [exact, int8] = [
    await distributionsOfTiny({ engine: two! }),
    await distributionsOfTiny({ engine: two!, dtype: "int8" }),
  ];
  const found = divergence(exact, int8);
  expect(found).toBeGreaterThan(0);
  expect(found).toBeLessThan(2e-3);
});
