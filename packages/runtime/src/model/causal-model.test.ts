import { createStream, elementCount, tensor } from "@sdtt/core";
import { createCausalModel } from "@sdtt/engine";
import type { Engine, ResidentTensor } from "@sdtt/engine";
import type { Weights } from "@sdtt/graph";
import { causalParameters, headOf, tokenCount } from "@sdtt/models";
import type { CausalDescription } from "@sdtt/models";
import { causalModelConformance } from "@sdtt/testing";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createEngine } from "../engines/create-engine.ts";

const config = { vocabSize: 13, hiddenSize: 16, blockCount: 2, headCount: 2, length: 8 };
const descriptions: readonly CausalDescription[] = [
  { family: "ar", config },
  { family: "gpt2", config },
];

function weightsOf(description: CausalDescription): Weights {
  return new Map(
    causalParameters(description).map(({ name, shape }) => {
      const stream = createStream(2).child(name);
      const centre = /(norm\w*|ln_\w)\.weight$/.test(name) ? 1 : 0;
      const data = Float32Array.from(
        { length: elementCount(shape) },
        (_, i) => centre + stream.uniform(i) - 0.5,
      );
      return [name, { dtype: "float32", shape, source: { tensor: tensor("float32", shape, data) } }];
    }),
  );
}

describe.each(["c-api", "binding"] as const)("on the %s engine", (engineName) => {
  let engine: Engine;
  beforeAll(async () => {
    engine = await createEngine({ threads: 1, engine: engineName });
  });
  afterAll(() => engine[Symbol.asyncDispose]());
  for (const description of descriptions) {
    causalModelConformance(description.family, {
      create: (limits) =>
        createCausalModel({ engine, description, weights: weightsOf(description), ...limits }),
      tokenCount: tokenCount(headOf(description)),
    });
  }
});

const [batch, length] = [3, 8];
const prompts = Int32Array.of(1, 2, 3, 4, 5, 6);
const stream = createStream(4);

test.each(descriptions)(
  "weights of $family that live in the engine do as well as those of files",
  async (description) => {
    await using engine = await createEngine({ threads: 1 });
    const weights = weightsOf(description);
    const residents = new Map<string, ResidentTensor>();
    for (const [name, { source }] of weights) {
      if ("tensor" in source) residents.set(name, await engine.place(source.tensor));
    }
    await using resident = await createCausalModel({ engine, description, weights: { residents } });
    await using model = await createCausalModel({ engine, description, weights });
    const request = { prompts, batch, length, stream };
    const { tokens } = await model.generate(request);
    expect((await resident.generate(request)).tokens).toEqual(tokens);
    const texts = { tokens, batch, length };
    const truth = await model.score(texts);
    (await resident.score(texts)).forEach((value, i) => expect(value).toBeCloseTo(truth[i]!, 5));
  },
);

test("texts of GPT-2 end where its positions do", async () => {
  await using engine = await createEngine({ threads: 1 });
  const description = descriptions[1]!;
  await using model = await createCausalModel({ engine, description, weights: weightsOf(description) });
  const tooLong = { tokens: new Int32Array(9), batch: 1, length: 9 };
  await expect(model.hidden(tooLong)).rejects.toThrow(/at most 8 positions of a text; got 9/);
  // The last token is drawn and scored, but not read.
  const { tokens } = await model.generate({ prompts: Int32Array.of(1), batch: 1, length: 9, stream });
  const scores = await model.score({ tokens, batch: 1, length: 9 });
  expect(scores[8]).toBeLessThan(0);
  await expect(model.score({ tokens: new Int32Array(10), batch: 1, length: 10 })).rejects.toThrow(
    /at most 8 positions/,
  );
  // What stands after the end of a text takes no position.
  const padded = { tokens: Int32Array.of(...tokens, 0, 0), batch: 1, length: 11, lengths: Int32Array.of(9) };
  expect([...(await model.score(padded))]).toEqual([...scores, 0, 0]);
  await expect(model.generate({ prompts: Int32Array.of(1), batch: 1, length: 10, stream })).rejects.toThrow(
    /at most 8 positions/,
  );
  // Its last id is a token like the others: no text of nothing else is taken for masks.
  const same = { tokens: new Int32Array(8).fill(12), batch: 1, length: 8 };
  const [rows, width] = [await model.hidden(same), 16];
  expect(rows.subarray(0, width)).not.toEqual(rows.subarray(width, 2 * width));
});

test("the mask of the DiT's baseline has no probability", async () => {
  await using engine = await createEngine({ threads: 1 });
  const description = descriptions[0]!;
  await using model = await createCausalModel({ engine, description, weights: weightsOf(description) });
  await expect(model.score({ tokens: Int32Array.of(1, 12), batch: 1, length: 2 })).rejects.toThrow(
    /Target 12 at index 0 is out of range: 0 to 11/,
  );
});
