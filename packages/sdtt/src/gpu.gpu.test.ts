import { createEngine, diagnose } from "@sdtt/runtime";
import type { Engine } from "@sdtt/runtime";
import { describeOn, testDevice as device } from "@sdtt/testing";
import { afterAll, beforeAll, expect, test } from "vitest";
import { loadModel } from "./load-model.ts";
import { divergence, largestDifference, distributionsOfTiny } from "./testing/divergence.ts";

const { devices } = await diagnose();

/** Half types, and the nats that they may differ by: emulation on the CPU measures 1.4e-7 and 1.6e-6. A CPU has one of them. */
const float16 = ["float16", 1e-5] as const;
const halves = device === "cpu" ? [float16] : [float16, ["bfloat16", 1e-4] as const];

describeOn(devices, device, () => {
  let [cpu, gpu]: Engine[] = [];
  beforeAll(async () => {
    [cpu, gpu] = [await createEngine(), await createEngine({ device })];
  });
  afterAll(async () => {
    for (const engine of [cpu, gpu]) await engine?.[Symbol.asyncDispose]();
  });

  test("float32 gives the CPU's log-probabilities", async () => {
    const [expected, found] = [
      await distributionsOfTiny({ engine: cpu! }),
      await distributionsOfTiny({ engine: gpu! }),
    ];
    expect(largestDifference(expected, found)).toBeLessThan(1e-3);
  });

  test.each(halves)("%s gives nearly the same distributions", async (dtype, limit) => {
    const [expected, found] = [
      await distributionsOfTiny({ engine: cpu! }),
      await distributionsOfTiny({ engine: gpu!, dtype }),
    ];
    expect(divergence(expected, found)).toBeLessThan(limit);
  });

  const request = { samples: 8, steps: 16, length: 128, seed: 7 };

  test("a seed writes the CPU's text in float32", async () => {
    await using there = await loadModel("tiny", { engine: gpu! });
    await using here = await loadModel("tiny", { engine: cpu! });
    expect((await there.sample(request)).tokens).toEqual((await here.sample(request)).tokens);
  });

  test.each(halves)("%s writes texts", async (dtype) => {
    await using half = await loadModel("tiny", { engine: gpu!, dtype });
    expect((await half.sample(request)).texts).toHaveLength(8);
  });
});
