import { createStream, elementCount, tensor } from "@sdtt/core";
import type { Weights } from "@sdtt/graph";
import { causalParameters } from "@sdtt/models";
import { createCausalModel, createEngine } from "@sdtt/runtime";
import { expect, test } from "vitest";
import { evaluateSamples, generativePerplexity, unigramEntropy } from "./index.ts";
import type { Judge } from "./index.ts";

const samples = { tokens: Int32Array.of(0, 0, 0, 1, 0, 0), batch: 2, length: 3 };

/** After a token the same one follows with probability 3/4. */
const sticky: Judge = {
  async score({ tokens, length }) {
    return Float32Array.from(tokens, (id, i) => {
      if (i % length === 0) return 0;
      return Math.log(id === tokens[i - 1] ? 3 / 4 : 1 / 4);
    });
  },
};

test("is the mean over each text, then over texts, without the first token", async () => {
  const result = await generativePerplexity({ judge: sticky }).evaluate(samples);
  const [first, second] = [(-2 * Math.log(3 / 4)) / 2, -(Math.log(1 / 4) + Math.log(3 / 4)) / 2];
  expect(result.nats).toBeCloseTo((first + second) / 2, 6);
  expect(result.standardError).toBeCloseTo((second - first) / 2, 6);
  expect(result.perplexity).toBeCloseTo(Math.exp(result.nats), 12);
  const one = { tokens: Int32Array.of(1, 2), batch: 2, length: 1 };
  await expect(generativePerplexity({ judge: sticky }).evaluate(one)).rejects.toThrow(
    /first token is not scored/,
  );
});

test("a judge that knows nothing finds as many choices as there are tokens", async () => {
  const config = { vocabSize: 9, hiddenSize: 8, blockCount: 1, headCount: 2, length: 16 };
  const description = { family: "ar", config } as const;
  const weights: Weights = new Map(
    causalParameters(description).map(({ name, shape }) => {
      const data = new Float32Array(elementCount(shape));
      return [name, { dtype: "float32", shape, source: { tensor: tensor("float32", shape, data) } }];
    }),
  );
  await using engine = await createEngine({ threads: 1 });
  await using judge = await createCausalModel({ engine, description, weights });
  const { tokens } = await judge.generate({
    prompts: Int32Array.of(0, 1),
    batch: 2,
    length: 16,
    stream: createStream(1),
  });
  const result = await generativePerplexity({ judge }).evaluate({ tokens, batch: 2, length: 16 });
  expect(result.perplexity).toBeCloseTo(8, 4);
});

test("a report never has a perplexity without entropy, steps, passes and precision", async () => {
  const sampling = { steps: 8, passes: 7, precision: "exact" } as const;
  const report = await evaluateSamples({
    samples,
    sampling,
    metrics: { perplexity: generativePerplexity({ judge: sticky }) },
  });
  expect(report).toMatchObject({ sampling, batch: 2, length: 3, unigramEntropy: unigramEntropy(samples) });
  expect(report.distinct).toEqual([2 / 6, 2 / 4, 2 / 2]);
  const { protocol, result } = report.metrics.perplexity;
  expect(protocol).toMatch(/first token not scored/);
  expect(result.perplexity).toBeGreaterThan(1);
  const signal = AbortSignal.abort();
  const aborted = evaluateSamples({
    samples,
    sampling,
    metrics: { perplexity: generativePerplexity({ judge: sticky }) },
    signal,
  });
  await expect(aborted).rejects.toMatchObject({ code: "aborted" });
});
