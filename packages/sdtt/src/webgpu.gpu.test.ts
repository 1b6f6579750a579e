import { createStream } from "@sdtt/core";
import { createEngine, diagnose } from "@sdtt/runtime";
import type { Engine } from "@sdtt/runtime";
import { describeOn } from "@sdtt/testing";
import { afterAll, beforeAll, expect, test } from "vitest";
import { loadCausalModel } from "./load-causal-model.ts";
import { loadModel } from "./load-model.ts";
import { largestDifference, distributionsOfTiny } from "./testing/divergence.ts";

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
    const expected = await distributionsOfTiny({ engine: cpu!, ...sizes });
    const found = await distributionsOfTiny({ engine: webgpu!, ...sizes });
    expect(largestDifference(expected, found)).toBeLessThan(1e-3);
  });

  test("a seed writes the CPU's text", async () => {
    const request = { steps: 3, length: 12, seed: 3 };
    await using there = await loadModel("tiny", { engine: webgpu! });
    await using here = await loadModel("tiny", { engine: cpu! });
    expect(there.device).toBe("webgpu");
    expect((await there.sample(request)).tokens).toEqual((await here.sample(request)).tokens);
  });

  test("a judge writes and scores as on the CPU, past the positions that flash attention begins at", async () => {
    await using there = await loadCausalModel("tiny:judge", { engine: webgpu! });
    await using here = await loadCausalModel("tiny:judge", { engine: cpu! });
    const [batch, length] = [1, 40];
    const prompts = Int32Array.from({ length: length - 3 }, (_, i) => (i * 37) % 5000);
    const request = { prompts, batch, length, stream: createStream(3) };
    const { tokens } = await here.network.generate(request);
    expect((await there.network.generate(request)).tokens).toEqual(tokens);
    const expected = await here.network.score({ tokens, batch, length });
    const found = await there.network.score({ tokens, batch, length });
    found.forEach((value, i) => expect(value).toBeCloseTo(expected[i]!, 3));
  });
});
