import { createStream, SdttError } from "@sdtt/core";
import { createCausalModel, createDenoiser } from "@sdtt/engine";
import type { Engine } from "@sdtt/engine";
import { causalParameters, modelParameters } from "@sdtt/models";
import type { ParameterSpec } from "@sdtt/models";
import { fixtureModel } from "@sdtt/testing";
import { afterAll, beforeAll, expect, test } from "vitest";
import { createEngine } from "../engines/create-engine.ts";

const description = { family: "mdlm", config: fixtureModel } as const;
const [batch, length] = [5, 8];
const tokens = Int32Array.from({ length: batch * length }, (_, i) => (i * 7) % fixtureModel.vocabSize);
const rows = Int32Array.from([3, 38, 9, 0, 17, 30, 39]);
const request = { tokens, batch, length, rows };

/** Any weights will do: a fixed pattern, different in each parameter. */
const patterned = (parameters: readonly ParameterSpec[]) =>
  new Map(
    parameters.map(({ name, shape }, seed) => {
      const count = shape.reduce((product, size) => product * size, 1);
      const data = Float32Array.from({ length: count }, (_, i) => Math.sin(i + seed) / 8);
      const source = { tensor: { dtype: "float32" as const, shape, data } };
      return [name, { dtype: "float32" as const, shape, source }];
    }),
  );
const weights = patterned(modelParameters(description));

let engine: Engine;
beforeAll(async () => {
  engine = await createEngine({ threads: 1 });
});
afterAll(() => engine[Symbol.asyncDispose]());

/** The engine as it would be on a device with room for so many sequences. Notes the batches that were tried. */
function withRoomFor(sequences: number, tried: number[]): Engine {
  return {
    ...engine,
    async load(program, options) {
      const session = await engine.load(program, options);
      return {
        ...session,
        async run(given) {
          const size = (given.feeds["tokens"] ?? given.feeds["hidden"])?.shape[0] ?? 0;
          if (size > 0) tried.push(size);
          if (size > sequences) throw new SdttError("out-of-memory", "There is no memory left.");
          return session.run(given);
        },
      };
    },
  };
}

test("what does not fit at once is computed in halves, to the same bits, and remembered", async () => {
  const tried: number[] = [];
  await using whole = await createDenoiser({ engine, description, weights });
  await using small = await createDenoiser({ engine: withRoomFor(2, tried), description, weights });
  const expected = await whole.hiddenRows(request);
  expect(await small.hiddenRows(request)).toEqual(expected);
  expect(tried).toEqual([5, 3, 2, 1, 2]);
  tried.length = 0;
  expect(await small.hiddenRows(request)).toEqual(expected);
  expect(tried).toEqual([2, 2, 1]);
});

test("rows that a head has no room for are given to it in parts, and not again", async () => {
  const uniforms = Float64Array.from(rows, (row) => (row + 1) / 41);
  await using whole = await createDenoiser({ engine, description, weights });
  const expected = await whole.draw({ ...request, uniforms });
  const tried: number[] = [];
  await using small = await createDenoiser({ engine: withRoomFor(5, tried), description, weights });
  expect(await small.draw({ ...request, uniforms })).toEqual(expected);
  // Five texts at once, then all seven rows, then no more than four.
  expect(tried).toEqual([5, 7, 4, 3]);
});

test("a single text that does not fit is an error that says what it takes", async () => {
  await using none = await createDenoiser({ engine: withRoomFor(0, []), description, weights });
  await expect(none.hiddenRows(request)).rejects.toMatchObject({
    code: "out-of-memory",
    message: expect.stringMatching(
      /^One text of 8 tokens does not fit: a pass over it takes at least 1 MiB beside the weights\. .*There is no memory left/,
    ),
  });
});

test("texts that cannot be written together are written in groups that fit, the same, and remembered", async () => {
  const config = { vocabSize: 13, hiddenSize: 16, blockCount: 2, headCount: 2, length: 8 };
  const description = { family: "ar", config } as const;
  const judge = { description, weights: patterned(causalParameters(description)) };
  const texts = { prompts: Int32Array.of(1, 2, 3, 4, 5), batch, length: 4, stream: createStream(4) };
  await using whole = await createCausalModel({ engine, ...judge });
  const expected = await whole.generate(texts);
  const tried: number[] = [];
  await using small = await createCausalModel({ engine: withRoomFor(2, tried), ...judge });
  expect(await small.generate(texts)).toEqual(expected);
  expect(tried.slice(0, 3)).toEqual([5, 3, 2]);
  tried.length = 0;
  await small.generate(texts);
  expect(Math.max(...tried)).toBe(2);
  await using none = await createCausalModel({ engine: withRoomFor(0, []), ...judge });
  await expect(none.generate(texts)).rejects.toMatchObject({
    code: "out-of-memory",
    message: expect.stringMatching(/^One text of 4 tokens does not fit: its keys and values take 1 MiB/),
  });
});
