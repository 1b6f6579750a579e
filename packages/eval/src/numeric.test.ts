import { createStream } from "@sdtt/core";
import type { Denoiser } from "@sdtt/core";
import { expect, test } from "vitest";
import { causalPerplexity, generativePerplexity, nelboBound } from "./index.ts";
import type { Judge } from "./index.ts";

const texts = { tokens: Int32Array.of(0, 1, 2, 0, 1, 1), batch: 2, length: 3 };

/** Gives every token the same log-probability, but one of token 2. */
function modelOf(usual: number, ofTwo: number): Denoiser & Judge {
  return {
    vocabSize: 4,
    maskId: 3,
    draw: () => Promise.reject(new Error("An evaluation draws nothing.")),
    logProbs: async ({ rows }) =>
      Float32Array.from([...rows].flatMap(() => [usual, usual, ofTwo, -Infinity])),
    score: async ({ tokens, length }) =>
      Float32Array.from(tokens, (id, i) => (i % length === 0 ? 0 : id === 2 ? ofTwo : usual)),
  };
}

const measures = (model: Denoiser & Judge): Record<string, () => Promise<unknown>> => ({
  nelboBound: () => nelboBound({ denoiser: model, texts, stream: createStream(1), draws: 8 }),
  causalPerplexity: () => causalPerplexity({ judge: model, texts }),
  generativePerplexity: () => generativePerplexity({ judge: model }).evaluate(texts),
});

test.each([Number.NaN, Infinity, -Infinity])(
  "no measure gives a number for a log-probability of %d",
  async (value) => {
    for (const [name, measure] of Object.entries(measures(modelOf(-1, value)))) {
      await expect(measure(), name).rejects.toMatchObject({
        code: "numeric",
        message: expect.stringMatching(/^The model gives token 2 .* at position 2 of text \d/),
      });
    }
  },
);

test("nor a perplexity that no number holds", async () => {
  for (const [name, measure] of Object.entries(measures(modelOf(-1e30, -1e30)))) {
    await expect(measure(), name).rejects.toMatchObject({
      code: "numeric",
      message: expect.stringContaining("nats per token"),
    });
  }
});

test("what is unlikely is measured", async () => {
  for (const measure of Object.values(measures(modelOf(-1, -100)))) {
    expect(await measure()).toMatchObject({ nats: expect.any(Number) });
  }
});
