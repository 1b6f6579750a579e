import { createEngine } from "@sdtt/runtime";
import type { Engine } from "@sdtt/runtime";
import { emulateHalf } from "@sdtt/testing";
import { afterAll, beforeAll, expect, test } from "vitest";
import { loadModel } from "./load-model.ts";
import { divergence, distributionsOfTiny } from "./testing/divergence.ts";

let engine: Engine;
beforeAll(async () => {
  engine = await createEngine({ threads: 2 });
});
afterAll(() => engine[Symbol.asyncDispose]());

/** The engine, but that every program in the half type is its emulation, and unchanged by optimisers. */
function emulating(type: "float16" | "bfloat16"): Engine {
  return {
    ...engine,
    // As on a device that has kernels for it.
    traits: { maxPositions: 4096, maxHeadRows: 64, computeTypes: [type, "float32"] },
    load: (program, options) => engine.load(emulateHalf(program, type), { ...options, optimization: "none" }),
  };
}

// Measured for float16: 1.01e-6 nats; 8e-8 with the student before the bundled one.
test.each([
  ["float16", 2e-6],
  ["bfloat16", 2e-4],
] as const)("%s, rounded at each step, is near float32", async (dtype, limit) => {
  const [exact, half] = [
    await distributionsOfTiny({ engine }),
    await distributionsOfTiny({ engine: emulating(dtype), dtype }),
  ];
  const found = divergence(exact, half);
  expect(found).toBeGreaterThan(0);
  expect(found).toBeLessThan(limit);
});

test("float16 runs on the CPU as well, as ONNX Runtime widens it", async () => {
  const [exact, half] = [
    await distributionsOfTiny({ engine }),
    await distributionsOfTiny({ engine, dtype: "float16" }),
  ];
  const found = divergence(exact, half);
  expect(found).toBeLessThan(1e-6);
  await using model = await loadModel("tiny", { engine, dtype: "float16" });
  expect((await model.sample({ steps: 2, length: 8, seed: 1 })).tokens[0]).toHaveLength(8);
});

test("bfloat16 is refused where nothing computes it", async () => {
  await expect(loadModel("tiny", { engine, dtype: "bfloat16" })).rejects.toMatchObject({
    code: "unavailable",
    message: expect.stringMatching(/^The device cpu has no kernels for bfloat16/),
  });
});
