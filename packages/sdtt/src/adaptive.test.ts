import type { TextSampleOptions } from "@sdtt/language-model";
import { expect, test } from "vitest";
import { loadModel } from "./load-model.ts";

const common: TextSampleOptions = { prompt: "Once upon a time", length: 24, seed: 5 };

test.each<TextSampleOptions>([
  { sampler: "entropy-bounded", gamma: 2 },
  { sampler: "entropy-bounded", gamma: 0.5, temperature: 0.8, topP: 0.9 },
  { sampler: "confidence-threshold", threshold: 0.3 },
  { sampler: "confidence-factor", factor: 1.5 },
])("a text takes the same passes alone and in a batch of 8, and comes out the same: %o", async (options) => {
  await using model = await loadModel("tiny", { threads: 1 });
  const batch = await model.sample({ ...common, ...options, samples: 8 });
  for (const text of [0, 3, 7]) {
    const alone = await model.sample({ ...common, ...options, sequenceOffset: text });
    expect(alone.texts[0]).toBe(batch.texts[text]);
    expect(alone.passes).toBe(batch.passesPerText[text]);
  }
  expect(batch.passes).toBe(Math.max(...batch.passesPerText));
});

test("bounds of the entropy: 0 reveals one token a pass, Infinity all at once, also where the likeliest are taken", async () => {
  await using model = await loadModel("tiny", { threads: 1 });
  const passes = async (options: TextSampleOptions) =>
    (await model.sample({ length: 6, seed: 1, addBos: false, sampler: "entropy-bounded", ...options }))
      .passes;
  expect(await passes({ gamma: 0 })).toBe(6);
  expect(await passes({ gamma: Infinity })).toBe(1);
  expect(await passes({ gamma: 0, topP: 0.1 })).toBe(6);
  expect(await passes({ temperature: 0 })).toBeGreaterThan(1);
});
