import type { LanguageModel } from "sdtt";
import { expect, test } from "vitest";
import { hashModel } from "../testing/hash-model.ts";
import { serve } from "../testing/serve.ts";

test("a request draws as its model recommends where it does not say, and the list of models tells it", async () => {
  const model = { ...(await hashModel()), samplingDefaults: { temperature: 0.8, topP: 0.9 } };
  await using scene = await serve({ models: new Map<string, LanguageModel>([["hash", model]]) });
  const { calls } = model.network;
  for (const [path, body] of [
    ["/v1/denoise", { prompt: "a", length: 4 }],
    ["/v1/completions", { prompt: "a", max_tokens: 2 }],
  ] as const) {
    await (await scene.post(path, { ...body, steps: 1 })).text();
    expect(calls.at(0)).toMatchObject({ temperature: 0.8, topP: 0.9 });
    calls.length = 0;
    await (await scene.post(path, { ...body, steps: 1, temperature: 1, top_p: 1 })).text();
    expect(calls.at(0)).toMatchObject({ temperature: 1, topP: 1 });
    calls.length = 0;
  }
  const { data } = (await (await fetch(`${scene.url}/v1/models`)).json()) as { data: object[] };
  expect(data).toEqual([expect.objectContaining({ id: "hash", temperature: 0.8, top_p: 0.9 })]);
});

test("the order that the model recommends is that of a request which names none", async () => {
  const model = { ...(await hashModel()), samplingDefaults: { order: "spread" as const } };
  await using scene = await serve({ models: new Map<string, LanguageModel>([["hash", model]]) });
  const write = async (fields: object): Promise<string> =>
    await (await scene.post("/v1/denoise", { prompt: "a", length: 12, seed: 3, steps: 4, ...fields })).text();
  /** The positions in the order of their steps, the prompt first; what else a stream holds are times. */
  const written = async (fields: object) => (await write(fields)).match(/"position":\d+/g);
  const recommended = await written({});
  expect(recommended).toHaveLength(12);
  expect(await written({ order: "spread" })).toEqual(recommended);
  expect(await written({ order: "random" })).not.toEqual(recommended);
  // Others have an order of their own.
  expect(await written({ sampler: "entropy-bounded", steps: undefined })).toHaveLength(12);
  const { data } = (await (await fetch(`${scene.url}/v1/models`)).json()) as { data: object[] };
  expect(data).toEqual([expect.objectContaining({ order: "spread" })]);
});

test("where the model recommends it, a text from nothing begins with an end of text", async () => {
  const model = { ...(await hashModel()), samplingDefaults: { addBos: true } };
  await using scene = await serve({ models: new Map<string, LanguageModel>([["hash", model]]) });
  const { calls } = model.network;
  const firstOf = async (fields: object) => {
    calls.length = 0;
    await (await scene.post("/v1/denoise", { length: 6, steps: 1, seed: 1, ...fields })).text();
    return calls.at(0)!.tokens[0];
  };
  const { endOfTextId, maskId } = model.tokenizer;
  expect(await firstOf({})).toBe(endOfTextId);
  expect(await firstOf({ add_bos: false })).toBe(maskId);
  const { data } = (await (await fetch(`${scene.url}/v1/models`)).json()) as { data: object[] };
  expect(data).toEqual([expect.objectContaining({ add_bos: true })]);
});

test("corrector steps follow those of a request, as many as it says or its model recommends", async () => {
  const model = { ...(await hashModel()), samplingDefaults: { correctorSteps: 4 } };
  await using scene = await serve({ models: new Map<string, LanguageModel>([["hash", model]]) });
  const write = async (fields: object): Promise<string> =>
    await (await scene.post("/v1/denoise", { prompt: "a", length: 12, seed: 3, steps: 8, ...fields })).text();
  const passesOf = async (fields: object) => Number(/"passes":(\d+)/.exec(await write(fields))![1]);
  const plain = await passesOf({ corrector_steps: 0 });
  const told = await write({});
  expect(told).toMatch(/"steps":12/);
  expect(await passesOf({})).toBe(plain + 4);
  // What is drawn again was masked for it, in the same step.
  expect(told).toMatch(/"step":9.*"masked":\[\d/);
  expect(await passesOf({ corrector_steps: 8 })).toBe(plain + 8);
  expect(await write({ sampler: "remdm-cap", steps: 3 })).toMatch(/"steps":3/);
  expect(await write({ corrector_steps: -1 })).toMatch(/corrector_steps/);
  expect(await write({ corrector_steps: 4, final_pass: true })).toMatch(/has no final pass/);
  const { data } = (await (await fetch(`${scene.url}/v1/models`)).json()) as { data: object[] };
  expect(data).toEqual([expect.objectContaining({ corrector_steps: 4 })]);
  // As a completion the text is told when nothing of it changes any more.
  const answer = await scene.post("/v1/completions", {
    prompt: "a",
    max_tokens: 8,
    seed: 3,
    steps: 8,
    stream: true,
  });
  const pieces = [...(await answer.text()).matchAll(/"text":"((?:[^"\\]|\\.)*)"/g)].map(([, text]) => text);
  const whole = await scene.post("/v1/completions", { prompt: "a", max_tokens: 8, seed: 3, steps: 8 });
  const { choices } = (await whole.json()) as { choices: { text: string }[] };
  expect(JSON.parse(`"${pieces.join("")}"`)).toBe(choices[0]!.text);
});
