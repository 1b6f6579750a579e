import { cp, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { openCheckpoint } from "@sdtt/hub";
import { temporaryDirectory } from "@sdtt/testing";
import { tinyModelFolder } from "@sdtt/tiny";
import { expect, test } from "vitest";
import { convertToFolder } from "./convert/convert-to-folder.ts";
import { loadModel } from "./load-model.ts";

const request = { steps: 4, length: 24, seed: 9 };

async function modelWith(folder: string, generationConfig: unknown): Promise<string> {
  const path = join(folder, "model");
  await cp(tinyModelFolder("student"), path, { recursive: true });
  await writeFile(join(path, "generation_config.json"), JSON.stringify(generationConfig));
  return path;
}

test("a model's recommended temperature is used where a request says none", async () => {
  await using folder = await temporaryDirectory();
  const path = await modelWith(folder.path, { temperature: 0.6, top_p: 0.9 });
  await using model = await loadModel(path, { threads: 1 });
  expect(model.samplingDefaults).toEqual({ temperature: 0.6, topP: 0.9 });

  const text = async (options: object) => (await model.sample({ ...request, ...options })).texts[0];
  const recommended = await text({});
  expect(recommended).toBe(await text({ temperature: 0.6, topP: 0.9 }));
  const own = await text({ temperature: 1, topP: 1 });
  expect(own).not.toBe(recommended);
  expect(await text({ temperature: 0.6 })).toBe(recommended);
  // The published sampler has no temperature: it neither takes the recommended one nor fails for it.
  expect(await text({ precision: "gumbel32" })).toEqual(expect.any(String));
});

test("a model's recommended order is that of the samplers that take one", async () => {
  await using folder = await temporaryDirectory();
  const path = await modelWith(folder.path, { order: "spread" });
  await using model = await loadModel(path, { threads: 1 });
  const text = async (options: object) => (await model.sample({ ...request, ...options })).texts[0];
  const recommended = await text({});
  expect(recommended).toBe(await text({ order: "spread" }));
  expect(await text({ order: "random" })).not.toBe(recommended);
  expect(await text({ sampler: "first-hitting", steps: undefined })).toBe(
    await text({ sampler: "first-hitting", steps: undefined, order: "spread" }),
  );
  for (const options of [{ sampler: "remdm-cap" }, { precision: "gumbel32" }]) {
    expect(await text(options)).toEqual(expect.any(String));
  }
});

test("a model's recommended corrector steps are those of the samplers that walk the chain as it is", async () => {
  await using folder = await temporaryDirectory();
  const path = await modelWith(folder.path, { corrector_steps: 4 });
  await using model = await loadModel(path, { threads: 1 });
  const { passes, texts } = await model.sample(request);
  // At most half of the steps.
  expect(passes).toBe(6);
  expect((await model.sample({ ...request, correctorSteps: 4 })).passes).toBe(8);
  expect((await model.sample({ ...request, correctorSteps: 2, sampler: "analytic" })).texts).toEqual(texts);
  for (const options of [
    { correctorSteps: 0 },
    { finalPass: false },
    { sampler: "remdm-cap" },
    { precision: "gumbel32" },
  ] as const) {
    expect((await model.sample({ ...request, ...options })).passes).toBeLessThanOrEqual(5);
  }
  // Given words stay, and the events tell a step for each.
  const steps: number[] = [];
  for await (const { step, steps: all, revealed } of model.stream({
    ...request,
    prompt: "Once upon a time",
  })) {
    expect(all).toBe(6);
    steps.push(step);
    expect(revealed.every(({ position }) => position > 4)).toBe(true);
  }
  expect(steps).toEqual([1, 2, 3, 4, 5, 6]);
});

test("a model may recommend that texts without a prompt begin with an end of text, and end with the next", async () => {
  await using folder = await temporaryDirectory();
  const path = await modelWith(folder.path, { add_bos: true, temperature: 0.7, order: "spread" });
  await using model = await loadModel(path, { threads: 1 });
  const { endOfTextId } = model.tokenizer;
  const whole = { steps: 16, seed: 1 };
  const { tokens, ends, texts } = await model.sample(whole);
  expect(tokens[0]![0]).toBe(endOfTextId);
  expect(ends[0]).toBe(tokens[0]!.indexOf(endOfTextId!, 1));
  expect(texts[0]).toBe(model.tokenizer.decode(tokens[0]!.slice(1, ends[0])));
  expect((await model.sample({ ...whole, addBos: true })).texts).toEqual(texts);
  const open = await model.sample({ ...whole, ignoreEos: true });
  expect(open.tokens).toEqual(tokens);
  expect(open.texts[0]!.length).toBeGreaterThan(texts[0]!.length);
  expect((await model.sample({ ...whole, addBos: false })).tokens).not.toEqual(tokens);
  // A template says for itself what is given.
  const { texts: filled } = await model.sample({
    ...whole,
    template: ["Lily saw ", { mask: 2 }],
    addBos: false,
  });
  expect(filled[0]).toMatch(/^Lily saw /);
});

test("a converted model keeps what its makers recommend", async () => {
  await using folder = await temporaryDirectory();
  const path = await modelWith(folder.path, { temperature: 0.6, eos_token_id: 0 });
  const target = join(folder.path, "converted");
  await convertToFolder({ path, target });
  expect((await openCheckpoint({ path: target })).samplingDefaults).toEqual({ temperature: 0.6 });

  const changed = join(folder.path, "changed");
  await convertToFolder({ path, target: changed, samplingDefaults: { topP: 0.9 } });
  const { samplingDefaults } = await openCheckpoint({ path: changed });
  expect(samplingDefaults).toEqual({ temperature: 0.6, topP: 0.9 });
});
