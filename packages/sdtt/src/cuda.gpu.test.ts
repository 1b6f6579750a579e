import { createEngine, diagnose } from "@sdtt/runtime";
import type { Engine } from "@sdtt/runtime";
import { describeOn } from "@sdtt/testing";
import { afterAll, beforeAll, expect, test } from "vitest";
import { loadModel } from "./load-model.ts";
import { divergence, largestDifference, lawsOfTiny } from "./testing/divergence.ts";

const { devices } = await diagnose();

describeOn(devices, "cuda", () => {
  let [cpu, cuda]: Engine[] = [];
  beforeAll(async () => {
    [cpu, cuda] = [await createEngine(), await createEngine({ device: "cuda" })];
  });
  afterAll(async () => {
    for (const engine of [cpu, cuda]) await engine?.[Symbol.asyncDispose]();
  });

  test("float32 gives the CPU's log-probabilities", async () => {
    const [expected, found] = [await lawsOfTiny({ engine: cpu! }), await lawsOfTiny({ engine: cuda! })];
    expect(largestDifference(expected, found)).toBeLessThan(1e-3);
  });

  // The emulation on the CPU measures 1.4e-7 and 1.6e-6 nats.
  test.each([
    ["float16", 1e-5],
    ["bfloat16", 1e-4],
  ] as const)("%s gives nearly the same laws", async (dtype, limit) => {
    const [expected, found] = [
      await lawsOfTiny({ engine: cpu! }),
      await lawsOfTiny({ engine: cuda!, dtype }),
    ];
    expect(divergence(expected, found)).toBeLessThan(limit);
  });

  test("a seed writes the CPU's text in float32, and some text in half precision", async () => {
    const request = { samples: 8, steps: 16, length: 128, seed: 7 };
    await using there = await loadModel("tiny", { engine: cuda! });
    await using here = await loadModel("tiny", { engine: cpu! });
    expect((await there.sample(request)).tokens).toEqual((await here.sample(request)).tokens);
    await using half = await loadModel("tiny", { engine: cuda!, dtype: "bfloat16" });
    expect((await half.sample(request)).texts).toHaveLength(8);
  });
});
