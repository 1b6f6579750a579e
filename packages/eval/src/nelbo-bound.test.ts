import { createStream } from "@sdtt/core";
import type { Denoiser } from "@sdtt/core";
import type { Weights } from "@sdtt/graph";
import { ditParameters } from "@sdtt/models";
import { createDenoiser, createEngine } from "@sdtt/runtime";
import { logLinearSchedule } from "@sdtt/scheduler";
import { fixtureModel, fixtureNumbers, readFixture, threeByThree } from "@sdtt/testing";
import { expect, test } from "vitest";
import { nelboBound, nelboIntegrand } from "./index.ts";
import { randomOrder } from "./noise-levels.ts";

const stream = createStream(6);

/** The same distribution at every row. */
function denoiserOf(distribution: readonly number[]): Denoiser {
  const logProbs = [...distribution.map(Math.log), -Infinity];
  return {
    vocabSize: logProbs.length,
    maskId: distribution.length,
    draw: () => Promise.reject(new Error("An evaluation draws nothing.")),
    logProbs: async ({ rows }) => Float32Array.from([...rows].flatMap(() => logProbs)),
  };
}

const someTexts = (batch: number, length: number, tokens: number) => ({
  tokens: Int32Array.from({ length: batch * length }, (_, i) => stream.uint32(i) % tokens),
  batch,
  length,
});

test("the integrand of every token is the original's", async () => {
  const [fixture, stored] = [readFixture("nelbo.safetensors"), readFixture("hub/model.safetensors")];
  const config = fixtureModel;
  const weights: Weights = new Map(
    ditParameters(config).map(({ name, shape }) => [
      name,
      { dtype: "float32", shape, source: { tensor: stored.get(`backbone.${name}`)! } },
    ]),
  );
  await using engine = await createEngine({ threads: 1 });
  await using denoiser = await createDenoiser({ engine, description: { family: "sdtt", config }, weights });
  const grid = (key: string) => Int32Array.from(fixtureNumbers(fixture, key));
  const options = {
    clean: grid("x0"),
    noisy: grid("xt"),
    times: Float64Array.from(fixtureNumbers(fixture, "t")),
    schedule: logLinearSchedule(),
  };
  const truth = fixtureNumbers(fixture, "per_token");
  const { targetLogProbs: _, ...distributionsOnly } = denoiser;
  for (const evaluated of [denoiser, distributionsOnly]) {
    const integrand = await nelboIntegrand({ ...options, denoiser: evaluated });
    truth.forEach((value, i) => expect(Math.abs(integrand[i]! - value)).toBeLessThan(1e-4 * (1 + value)));
  }
});

test("the uniform distribution gives (1 - eps) log(V - 1)", async () => {
  const [eps, vocab] = [1e-3, 11];
  const denoiser = denoiserOf(Array.from({ length: vocab - 1 }, () => 1 / (vocab - 1)));
  const texts = someTexts(500, 32, vocab - 1);
  const bound = await nelboBound({ denoiser, texts, stream, draws: 4 });
  const truth = (1 - eps) * Math.log(vocab - 1);
  expect(bound.standardError).toBeLessThan(0.02 * truth);
  expect(Math.abs(bound.nats - truth)).toBeLessThan(4 * bound.standardError);
  expect(bound.perplexity).toBe(Math.exp(bound.nats));
});

test("of a denoiser that knows the distribution it is the log-likelihood of each text", async () => {
  // For exact conditionals the chain rule holds in every order, so the expectation over maskings is exact per text.
  const denoiser = threeByThree();
  for (const [text, probability] of [...denoiser.joint.entries()].filter(([n]) => n % 9 === 4)) {
    const ids = [Math.floor(text / 9), Math.floor(text / 3) % 3, text % 3];
    const texts = {
      tokens: Int32Array.from(Array.from({ length: 400 }, () => ids).flat()),
      batch: 400,
      length: 3,
    };
    const schedule = logLinearSchedule({ eps: 1e-9 });
    const { nats, standardError } = await nelboBound({ denoiser, texts, stream, schedule, draws: 4 });
    expect(Math.abs(nats + Math.log(probability) / 3)).toBeLessThan(4 * standardError);
    expect(standardError).toBeLessThan(0.1);
  }
});

test("the standard error is how far repeated estimates lie apart", async () => {
  const denoiser = denoiserOf([0.7, 0.2, 0.1]);
  const texts = someTexts(40, 8, 3);
  const least = 0.05;
  const bounds = await Promise.all(
    Array.from({ length: 200 }, (_, i) => nelboBound({ denoiser, texts, stream: stream.child(i), least })),
  );
  const centre = bounds.reduce((sum, { nats }) => sum + nats, 0) / bounds.length;
  const spread = Math.sqrt(bounds.reduce((sum, { nats }) => sum + (nats - centre) ** 2, 0) / bounds.length);
  const claimed = bounds.reduce((sum, bound) => sum + bound.standardError, 0) / bounds.length;
  expect(claimed / spread).toBeGreaterThan(0.8);
  expect(claimed / spread).toBeLessThan(1.6);
});

test("how many texts are asked about at once changes nothing", async () => {
  const denoiser = denoiserOf([0.5, 0.3, 0.2]);
  const options = { denoiser, texts: someTexts(10, 6, 3), stream, draws: 3 };
  expect(await nelboBound({ ...options, batchSize: 1 })).toEqual(await nelboBound(options));
  expect([...randomOrder(50, stream)].toSorted((a, b) => a - b)).toEqual([...Array(50).keys()]);
});

test("masks among the texts and options out of range are refused", async () => {
  const denoiser = denoiserOf([0.5, 0.5]);
  const texts = someTexts(2, 3, 2);
  const masked = { ...texts, tokens: texts.tokens.with(4, 2) };
  await expect(nelboBound({ denoiser, texts: masked, stream })).rejects.toThrow(
    /from 0 to 1; got 2 at index 4/,
  );
  await expect(nelboBound({ denoiser, texts, stream, draws: 0 })).rejects.toThrow(/draws must be an integer/);
  await expect(nelboBound({ denoiser, texts, stream, least: 1 })).rejects.toThrow(/below 1; got 1/);
  const signal = AbortSignal.abort();
  await expect(nelboBound({ denoiser, texts, stream, signal })).rejects.toMatchObject({ code: "aborted" });
});
