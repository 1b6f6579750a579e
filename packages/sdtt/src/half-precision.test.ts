import { expectDenoiser, openCheckpoint } from "@sdtt/hub";
import { createDenoiser, createEngine } from "@sdtt/runtime";
import type { Engine } from "@sdtt/runtime";
import { emulateHalf } from "@sdtt/testing";
import { tinyModelFolder } from "@sdtt/tiny";
import { afterAll, beforeAll, expect, test } from "vitest";
import { loadModel } from "./load-model.ts";

const [batch, length] = [2, 48];
let engine: Engine;
beforeAll(async () => {
  engine = await createEngine({ threads: 2 });
});
afterAll(() => engine[Symbol.asyncDispose]());

/** Log-probabilities of the bundled model at the masks of two texts, `[rows, vocab]`. */
async function logProbs(on: Engine, dtype: "float32" | "float16" | "bfloat16" = "float32") {
  const { description, weights } = expectDenoiser(await openCheckpoint({ path: tinyModelFolder }), "tiny");
  await using denoiser = await createDenoiser({ engine: on, description, weights, dtype });
  const { maskId, vocabSize } = denoiser;
  const tokens = Int32Array.from({ length: batch * length }, (_, i) => (i % 3 === 0 ? maskId : (i * 37) % 5000));
  const rows = Int32Array.from([...tokens.keys()].filter((row) => tokens[row] === maskId));
  return { values: await denoiser.logProbs({ tokens, batch, length, rows }), vocabSize };
}

/** The mean over rows of KL(p || q), in nats. */
function divergence(p: Float32Array, q: Float32Array, vocabSize: number): number {
  let sum = 0;
  p.forEach((value, i) => {
    if (Number.isFinite(value)) sum += Math.exp(value) * (value - q[i]!);
  });
  return sum / (p.length / vocabSize);
}

/** The engine, but that every program in the half type is its emulation, and unchanged by optimisers. */
function emulating(type: "float16" | "bfloat16"): Engine {
  return {
    ...engine,
    device: "cuda",
    load: (program, options) =>
      engine.load(emulateHalf(program, type), { ...options, optimization: "none" }),
  };
}

// Measured: 1.4e-7 and 1.6e-6 nats.
test.each([
  ["float16", 1e-6],
  ["bfloat16", 1e-5],
] as const)("%s, rounded at each step, is near float32", async (dtype, limit) => {
  const [exact, half] = [await logProbs(engine), await logProbs(emulating(dtype), dtype)];
  const found = divergence(exact.values, half.values, exact.vocabSize);
  expect(found).toBeGreaterThan(0);
  expect(found).toBeLessThan(limit);
});

test("float16 runs on the CPU as well, as ONNX Runtime widens it", async () => {
  const [exact, half] = [await logProbs(engine), await logProbs(engine, "float16")];
  const found = divergence(exact.values, half.values, exact.vocabSize);
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
