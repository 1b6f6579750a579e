import { createEngine, diagnose } from "@sdtt/runtime";
import type { Engine } from "@sdtt/runtime";
import { describeOn } from "@sdtt/testing";
import { afterAll, beforeAll, expect, test } from "vitest";
import { loadModel } from "./load-model.ts";
import { largestDifference, lawsOfTiny } from "./testing/divergence.ts";

const { devices } = await diagnose();

// Small on purpose: where the device is the CPU in disguise a pass takes seconds, and its first compiles shaders.
describeOn(devices, "webgpu", () => {
  let [cpu, webgpu]: Engine[] = [];
  beforeAll(async () => {
    [cpu, webgpu] = [await createEngine(), await createEngine({ device: "webgpu" })];
  });
  afterAll(async () => {
    for (const engine of [cpu, webgpu]) await engine?.[Symbol.asyncDispose]();
  });

  test("gives the CPU's log-probabilities, at positions far from the first too", async () => {
    const sizes = { batch: 1, length: 64 };
    const expected = await lawsOfTiny({ engine: cpu!, ...sizes });
    const found = await lawsOfTiny({ engine: webgpu!, ...sizes });
    expect(largestDifference(expected, found)).toBeLessThan(1e-3);
  });

  test("a seed writes the CPU's text", async () => {
    const request = { steps: 3, length: 12, seed: 3 };
    await using there = await loadModel("tiny", { engine: webgpu! });
    await using here = await loadModel("tiny", { engine: cpu! });
    expect(there.device).toBe("webgpu");
    expect((await there.sample(request)).tokens).toEqual((await here.sample(request)).tokens);
  });
});
