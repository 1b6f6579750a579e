import { openCheckpoint } from "@sdtt/hub";
import { createDenoiser, createEngine } from "@sdtt/runtime";
import { tinyModelFolder } from "@sdtt/tiny";
import { afterAll, beforeAll, expect, test } from "vitest";
import { loadModel } from "./load-model.ts";
import type { LoadedModel } from "./load-model.ts";

let model: LoadedModel;
beforeAll(async () => {
  model = await loadModel("tiny", { threads: 1 });
});
afterAll(() => model[Symbol.asyncDispose]());

test("what openCheckpoint gives, createDenoiser takes as it is", async () => {
  await using engine = await createEngine({ threads: 1 });
  const { description, weights } = await openCheckpoint({ path: tinyModelFolder("student") });
  await using denoiser = await createDenoiser({ engine, description, weights });
  expect(denoiser.vocabSize).toBe(model.network.vocabSize);
  const judge = await openCheckpoint({ path: tinyModelFolder("judge") });
  await expect(createDenoiser({ engine, ...judge })).rejects.toMatchObject({ code: "checkpoint" });
});

test("a loaded model gives raw logits, and log-probabilities of hidden rows", async () => {
  const { network, tokenizer } = model;
  const ids = tokenizer.encode("It was a");
  const tokens = Int32Array.of(...ids, network.maskId);
  const request = { tokens, batch: 1, length: tokens.length, rows: Int32Array.of(ids.length) };
  const logits = await network.logits(request);
  expect(logits).toHaveLength(network.vocabSize);
  if (!("draw" in network)) throw new Error("The bundled model is a denoiser.");
  const hidden = await network.hiddenRows(request);
  expect(hidden).toHaveLength(network.hiddenSize);
  const logProbs = await network.logProbsOfHidden(hidden);
  expect(logProbs).toEqual(await network.logProbs(request));
  const best = (values: Float32Array) => values.indexOf(Math.max(...values.subarray(0, network.maskId)));
  expect(best(logits)).toBe(best(logProbs));
});

test("the first text may be any of a seed's", async () => {
  const options = { steps: 4, length: 16, seed: 9 };
  const { tokens } = await model.sample({ ...options, samples: 3 });
  const later = await model.sample({ ...options, samples: 2, sequenceOffset: 1 });
  expect(later.tokens).toEqual(tokens.slice(1));
  await expect(model.sample({ ...options, sequenceOffset: -1 })).rejects.toMatchObject({ code: "usage" });
});

test("a temperature that float32 cannot hold takes the likeliest tokens", async () => {
  const options = { steps: 4, length: 16, seed: 9 };
  const { tokens } = await model.sample({ ...options, topK: 1 });
  for (const temperature of [1e-38, 1e-46, Number.MIN_VALUE]) {
    expect((await model.sample({ ...options, temperature })).tokens).toEqual(tokens);
  }
});
