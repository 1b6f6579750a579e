import { createStream, elementCount, tensor } from "@sdtt/core";
import type { Weights } from "@sdtt/graph";
import { causalParameters } from "@sdtt/models";
import type { CausalConfig } from "@sdtt/models";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Engine, ResidentTensor } from "../engine.ts";
import { createEngine } from "../engines/create-engine.ts";
import { createCausalModel } from "./causal-model.ts";

const config: CausalConfig = { vocabSize: 13, hiddenSize: 16, blockCount: 2, headCount: 2, length: 8 };
const weights: Weights = new Map(
  causalParameters(config).map(({ name, shape }) => {
    const stream = createStream(2).child(name);
    const centre = /norm\w*\.weight$/.test(name) ? 1 : 0;
    const data = Float32Array.from(
      { length: elementCount(shape) },
      (_, i) => centre + stream.uniform(i) - 0.5,
    );
    return [name, { dtype: "float32", shape, source: { tensor: tensor("float32", shape, data) } }];
  }),
);
const [batch, length] = [3, 8];
const prompts = Int32Array.of(1, 2, 3, 4, 5, 6);
const stream = createStream(4);

describe.each(["c-api", "binding"] as const)("a causal model on the %s engine", (name) => {
  let engine: Engine;
  beforeAll(async () => {
    engine = await createEngine({ threads: 1, engine: name });
  });
  afterAll(() => engine[Symbol.asyncDispose]());
  const create = (limits = {}) => createCausalModel({ engine, config, weights, ...limits });

  test("writes with its cache what it would draw from whole texts", async () => {
    await using model = await create();
    const { tokens, passes } = await model.generate({ prompts, batch, length, stream });
    expect(passes).toBe(length - 2);
    for (let text = 0; text < batch; text++) {
      const written = [...tokens.subarray(text * length, (text + 1) * length)];
      expect(written.slice(0, 2)).toEqual([...prompts.subarray(2 * text, 2 * text + 2)]);
      for (let end = 2; end < length; end++) {
        // The slow twin: the whole text with every next token, drawn on the cumulative distribution.
        const candidates = Array.from({ length: 12 }, (_, id) => [...written.slice(0, end), id]);
        const logProbs = await model.tokenLogProbs({
          tokens: Int32Array.from(candidates.flat()),
          batch: 12,
          length: end + 1,
        });
        const law = candidates.map((_, id) => Math.exp(logProbs[(id + 1) * end - 1]!));
        expect(law.reduce((sum, p) => sum + p, 0)).toBeCloseTo(1, 5);
        let cumulative = 0;
        const uniform = stream.child(text).uniform(end);
        expect(written[end]).toBe(law.findIndex((p) => (cumulative += p) > uniform));
      }
    }
  });

  test("gives a text the same tokens and scores alone, among others and in groups", async () => {
    await using model = await create();
    await using small = await create({ maxPositions: 8, maxHeadRows: 3 });
    const settings = { temperature: 0.8, topK: 9, topP: 0.95 };
    const together = await model.generate({ prompts, batch, length, stream, ...settings });
    const inGroups = await small.generate({ prompts, batch, length, stream, ...settings });
    const alone = await model.generate({
      prompts: prompts.subarray(0, 2),
      batch: 1,
      length,
      stream,
      ...settings,
    });
    expect([...inGroups.tokens]).toEqual([...together.tokens]);
    expect([...alone.tokens]).toEqual([...together.tokens.subarray(0, length)]);
    const texts = { tokens: together.tokens, batch, length };
    const [whole, parts] = [await model.tokenLogProbs(texts), await small.tokenLogProbs(texts)];
    expect(whole.length).toBe(batch * (length - 1));
    whole.forEach((value, i) => expect(parts[i]).toBeCloseTo(value, 5));
  });
});

test("weights that live in the engine do as well as those of files", async () => {
  await using engine = await createEngine({ threads: 1 });
  const residents = new Map<string, ResidentTensor>();
  for (const [name, { source }] of weights) {
    if ("tensor" in source) residents.set(name, await engine.place(source.tensor));
  }
  await using resident = await createCausalModel({ engine, config, weights: { residents } });
  await using model = await createCausalModel({ engine, config, weights });
  const request = { prompts, batch, length, stream };
  const { tokens } = await model.generate(request);
  expect((await resident.generate(request)).tokens).toEqual(tokens);
  const [found, expected] = [resident, model].map((each) => each.tokenLogProbs({ tokens, batch, length }));
  const truth = await expected!;
  (await found!).forEach((value, i) => expect(value).toBeCloseTo(truth[i]!, 5));
});

test("what cannot be is refused", async () => {
  await using engine = await createEngine({ threads: 1 });
  await using model = await createCausalModel({ engine, config, weights });
  await expect(model.tokenLogProbs({ tokens: Int32Array.of(1, 12), batch: 1, length: 2 })).rejects.toThrow(
    /Target 12 at index 0 is out of range: 0 to 11/,
  );
  const good = { prompts, batch, length, stream };
  await expect(model.generate({ ...good, length: 2 })).rejects.toThrow(/room up to 2/);
  await expect(model.generate({ ...good, prompts: new Int32Array(0) })).rejects.toThrow(/at least one token/);
  await expect(model.generate({ ...good, topP: 0 })).rejects.toThrow(/top-p/);
  const signal = AbortSignal.abort();
  await expect(model.generate({ ...good, signal })).rejects.toMatchObject({ code: "aborted" });
});
