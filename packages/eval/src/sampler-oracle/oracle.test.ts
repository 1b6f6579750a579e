import { chiSquaredPValue, denoiserConformance } from "@sdtt/testing";
import { describe, expect, test } from "vitest";
import { divergenceFromSource, natsUnderSource, transitionError } from "./compare-with-source.ts";
import { createHiddenMarkovSource, drawSourceTexts } from "./hidden-markov-source.ts";
import type { HiddenMarkovSource } from "./hidden-markov-source.ts";
import { measureSampler, measureSource } from "./measure-sampler.ts";
import { createOracleDenoiser } from "./oracle-denoiser.ts";
import { logLikelihood, posteriorDistributions } from "./posterior.ts";

const source = createHiddenMarkovSource({ states: 3, tokens: 3, seed: 1 });
const length = 4;
const mask = source.tokens;

/** All words over so many symbols. */
function words(symbols: number, length: number): number[][] {
  return Array.from({ length: symbols ** length }, (_, word) =>
    Array.from({ length }, (_, i) => Math.floor(word / symbols ** i) % symbols),
  );
}

/** The probability of a text, summed over all paths of states. */
function probabilityOf(
  { states, tokens, initial, transitions, emissions }: HiddenMarkovSource,
  text: number[],
) {
  return words(states, text.length).reduce(
    (sum, path) =>
      sum +
      path.reduce(
        (product, state, i) =>
          product *
          (i === 0 ? initial[state]! : transitions[path[i - 1]! * states + state]!) *
          emissions[state * tokens + text[i]!]!,
        1,
      ),
    0,
  );
}

const texts = words(source.tokens, length);
const probabilities = texts.map((text) => probabilityOf(source, text));

describe("forward-backward agrees with an enumeration of all paths and texts to 1e-12", () => {
  test("at every position of every pattern of masks, and for likelihoods", () => {
    let greatest = 0;
    for (const pattern of words(mask + 1, length)) {
      const distributions = posteriorDistributions(source, pattern);
      for (let position = 0; position < length; position++) {
        const exact = new Float64Array(source.tokens);
        for (const [i, text] of texts.entries()) {
          const fits = pattern.every((id, at) => at === position || id === mask || id === text[at]);
          if (fits) exact[text[position]!]! += probabilities[i]!;
        }
        const total = exact.reduce((sum, share) => sum + share, 0);
        exact.forEach((share, id) => {
          const error = Math.abs(share / total - distributions[position * source.tokens + id]!);
          greatest = Math.max(greatest, error);
        });
      }
    }
    expect(greatest).toBeLessThan(1e-12);
    texts.forEach((text, i) => {
      expect(Math.abs(logLikelihood(source, text) - Math.log(probabilities[i]!))).toBeLessThan(1e-12);
    });
  });
});

test("a source is a distribution that is the same at every position, and its texts follow it", () => {
  expect(Math.abs(probabilities.reduce((sum, share) => sum + share, 0) - 1)).toBeLessThan(1e-12);
  const { states, transitions, initial } = source;
  for (let to = 0; to < states; to++) {
    const next = initial.reduce((sum, share, from) => sum + share * transitions[from * states + to]!, 0);
    expect(Math.abs(next - initial[to]!)).toBeLessThan(1e-12);
  }
  const batch = 8000;
  const drawn = drawSourceTexts(source, { batch, length, seed: 2 });
  const indexOf = (text: Int32Array) => text.reduceRight((index, id) => index * source.tokens + id, 0);
  const counts = texts.map(() => 0);
  for (let i = 0; i < batch; i++) counts[indexOf(drawn.tokens.subarray(i * length, (i + 1) * length))]!++;
  const pValue = (distribution: readonly number[]) =>
    chiSquaredPValue(
      counts,
      distribution.map((share) => share * batch),
    );
  expect(pValue(probabilities)).toBeGreaterThan(1e-3);
  expect(pValue(texts.map(() => 1 / texts.length))).toBeLessThan(1e-6);
});

test("the measures are 0 at the source and grow with the distance from it", () => {
  const own = drawSourceTexts(source, { batch: 8000, length, seed: 3 });
  expect(transitionError(source, own)).toBeLessThan(0.02);
  expect(Math.abs(divergenceFromSource(source, own))).toBeLessThan(0.004);
  const entropyRate = probabilities.reduce((sum, share) => sum - share * Math.log(share), 0) / length;
  expect(natsUnderSource(source, own)).toBeCloseTo(entropyRate, 1);
  const other = drawSourceTexts(createHiddenMarkovSource({ states: 2, tokens: 3, seed: 9 }), {
    batch: 8000,
    length,
    seed: 3,
  });
  expect(transitionError(source, other)).toBeGreaterThan(0.2);
  expect(divergenceFromSource(source, other)).toBeGreaterThan(0.5);
  // One text, always: its divergence is its information.
  const constant = { tokens: new Int32Array(400), batch: 100, length };
  expect(divergenceFromSource(source, constant)).toBeCloseTo(-Math.log(probabilities[0]!), 12);
});

test("one position a pass is the source's distribution, all at once is not, and the measures tell", async () => {
  const options = { source, texts: 200, length: 24, shortTexts: 4000, shortLength: 3, seed: 4 };
  const floor = await measureSource(options);
  const exact = await measureSampler({ ...options, setting: { sampler: "entropy-bounded", gamma: 0 } });
  const atOnce = await measureSampler({ ...options, setting: { sampler: "ancestral", steps: 1 } });
  expect(exact.passes).toBe(24);
  expect(atOnce.passes).toBeLessThanOrEqual(2);
  expect(Math.abs(exact.divergence)).toBeLessThan(0.01);
  expect(exact.transitionError).toBeLessThan(floor.transitionError + 0.03);
  expect(atOnce.divergence).toBeGreaterThan(0.1);
  expect(atOnce.transitionError).toBeGreaterThan(0.1);
});

test("stops when asked to, and a source of nothing is refused", async () => {
  const options = { source, texts: 100, length: 24, shortTexts: 100, shortLength: 3, seed: 4 };
  const signal = AbortSignal.abort();
  await expect(measureSampler({ ...options, setting: { steps: 4 }, signal })).rejects.toMatchObject({
    code: "aborted",
  });
  expect(() => createHiddenMarkovSource({ states: 0, tokens: 3, seed: 1 })).toThrow(/at least 1 state/);
});

denoiserConformance("the oracle", { create: () => createOracleDenoiser(source), length: 6 });
