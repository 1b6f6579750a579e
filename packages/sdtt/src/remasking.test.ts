import { expect, test } from "vitest";
import { loadModel } from "./load-model.ts";
import type { TextSampleOptions } from "@sdtt/language-model";

const common: TextSampleOptions = { prompt: "Once upon a time", length: 24, seed: 5, steps: 24 };

test.each<TextSampleOptions>([
  { sampler: "remdm-cap", eta: 0.1 },
  { sampler: "remdm-loop", eta: 0.05, topP: 0.9 },
  { sampler: "remdm-conf" },
  { sampler: "psi", kappa: 0.9, finalPass: false },
  { blocks: 3 },
  { blocks: 2, sampler: "entropy-bounded", gamma: 1, steps: undefined },
  { guidance: 1, steps: 6 },
])("a text is the same alone and in a batch of 8, and keeps its prompt: %o", async (options) => {
  await using model = await loadModel("tiny", { threads: 1 });
  const batch = await model.sample({ ...common, ...options, samples: 8 });
  for (const text of [0, 7]) {
    const alone = await model.sample({ ...common, ...options, sequenceOffset: text });
    expect(alone.tokens[0]).toEqual(batch.tokens[text]);
    expect(alone.passes).toBe(batch.passesPerText[text]);
  }
  expect(batch.texts.every((text) => text.startsWith("Once upon a time"))).toBe(true);
  expect(batch.tokens.some((ids) => ids.includes(model.tokenizer.maskId))).toBe(false);
});

test("guidance tells two passes a step, and a text without a prompt is refused in a line", async () => {
  await using model = await loadModel("tiny", { threads: 1 });
  const [plain, guided] = [
    await model.sample({ ...common, steps: 4 }),
    await model.sample({ ...common, steps: 4, guidance: 2 }),
  ];
  expect(guided.passes).toBe(2 * plain.passes);
  await expect(model.sample({ length: 8, guidance: 1, addBos: true })).rejects.toMatchObject({
    code: "usage",
    message: expect.stringMatching(/^guidance strengthens a prompt.*leave guidance out\.$/),
  });
});

test("what is masked again is told by the tokens of a step: a written position may be masked later", async () => {
  await using model = await loadModel("tiny", { threads: 1 });
  const { maskId } = model.tokenizer;
  let before: Int32Array = new Int32Array(0);
  let again = 0;
  for await (const { tokens } of model.stream({ ...common, sampler: "remdm-cap", eta: 0.2 })) {
    again += before.filter((id, i) => id !== maskId && tokens[0]![i] === maskId).length;
    before = tokens[0]!;
  }
  expect(again).toBeGreaterThan(2);
});
