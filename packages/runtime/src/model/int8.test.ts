import { createStream, elementCount, float32ToFloat16, fromInt8, tensor, toInt8 } from "@sdtt/core";
import type { RowsRequest, Tensor } from "@sdtt/core";
import { checkPrecision, createCausalModel, createDenoiser, int8Weights } from "@sdtt/engine";
import type { Engine } from "@sdtt/engine";
import { constant, input, int8Linear, serialize } from "@sdtt/graph";
import type { Weights } from "@sdtt/graph";
import { blockMatrices, causalParameters, ditParameters } from "@sdtt/models";
import type { CausalDescription, DenoiserDescription, ParameterSpec } from "@sdtt/models";
import { denoiserConformance, fixtureModel, readFixture } from "@sdtt/testing";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createEngine } from "../engines/create-engine.ts";
import { webgpu } from "../devices/webgpu.ts";

const description: DenoiserDescription = { family: "sdtt", config: fixtureModel };
const { vocabSize } = fixtureModel;
const stored = readFixture("hub/model.safetensors");

const inMemory = (value: Tensor) => ({
  dtype: value.dtype,
  shape: value.shape,
  source: { tensor: value },
});
const weights: Weights = new Map(
  ditParameters(fixtureModel).map(({ name }) => [name, inMemory(stored.get(`backbone.${name}`)!)]),
);

let [one, two]: Engine[] = [];
beforeAll(async () => {
  [one, two] = [await createEngine({ threads: 1 }), await createEngine({ threads: 2 })];
});
afterAll(async () => {
  await one![Symbol.asyncDispose]();
  await two![Symbol.asyncDispose]();
});

const create = (engine: Engine = one!, of: Weights = weights) =>
  createDenoiser({ engine, description, weights: of, dtype: "int8" });

denoiserConformance("the DiT in int8", { create: () => create(), length: 12 });

/** Texts of which about half is masked, and all of their masks. */
function halfMasked(batch: number, length: number): RowsRequest {
  const stream = createStream(8);
  const tokens = Int32Array.from({ length: batch * length }, (_, i) =>
    stream.uniform(i) < 0.5 ? vocabSize - 1 : stream.uint32(i) % (vocabSize - 1),
  );
  const rows = Int32Array.from([...tokens.keys()].filter((row) => tokens[row] === vocabSize - 1));
  return { tokens, batch, length, rows };
}

test.each(["c-api", "binding"] as const)(
  "%s: the largest bytes times the largest int8 are exact, however this processor multiplies them",
  async (name) => {
    const inputs = 4096;
    await using engine = await createEngine({ engine: name, threads: 1 });
    const weight = toInt8(tensor("float32", [8, inputs], new Float32Array(8 * inputs).fill(1)));
    const y = int8Linear(input("x", "float32", ["rows", inputs]), {
      values: constant(weight.values),
      scale: constant(weight.scale),
    });
    await using session = await engine.load(serialize({ outputs: { y } }));
    const x = tensor("float32", [2, inputs], new Float32Array(2 * inputs).fill(1).fill(-1, inputs));
    const sums = (await session.run({ feeds: { x } }))["y"]!.data;
    for (const [i, sum] of [...(sums as Float32Array)].entries()) {
      expect(sum / inputs).toBeCloseTo(i < 8 ? 1 : -1, 5);
    }
  },
);

test("a text's hidden rows are the same bits alone and among eight, on one thread and on two, for some rows and for all", async () => {
  await using first = await create(one);
  await using second = await create(two);
  const { hiddenSize } = first;
  // An odd length: no text begins where a vector of the processor does.
  const { tokens, batch, length, rows } = halfMasked(8, 37);
  const together = await first.hiddenRows({ tokens, batch, length, rows });
  expect(await second.hiddenRows({ tokens, batch, length, rows })).toEqual(together);
  for (let text = 0; text < batch; text++) {
    const own = [...rows.keys()].filter((i) => Math.floor(rows[i]! / length) === text);
    for (const [denoiser, places] of [
      [first, own],
      [second, own.filter((_, i) => i % 3 === 0)],
    ] as const) {
      const alone = await denoiser.hiddenRows({
        tokens: tokens.subarray(text * length, (text + 1) * length),
        batch: 1,
        length,
        rows: Int32Array.from(places, (i) => rows[i]! - text * length),
      });
      const same = places.flatMap((i) => [...together.subarray(i * hiddenSize, (i + 1) * hiddenSize)]);
      expect([...alone]).toEqual(same);
    }
  }
});

test("the distribution is near that of float32, and not the same", async () => {
  const request = halfMasked(3, 32);
  await using exact = await createDenoiser({ engine: one!, description, weights });
  await using int8 = await create();
  const [p, q] = [await exact.logProbs(request), await int8.logProbs(request)];
  let divergence = 0;
  p.forEach((value, i) => {
    if (Number.isFinite(value)) divergence += Math.exp(value) * (value - q[i]!);
  });
  divergence /= request.rows.length;
  expect(divergence).toBeGreaterThan(0);
  expect(divergence).toBeLessThan(1e-3);
});

test.each(["c-api", "binding"] as const)(
  "with the engine %s, the head of a model stored in int8 is widened in pieces and gives the same bits as the whole",
  async (name) => {
    await using engine = await createEngine({ engine: name });
    const config = { ...fixtureModel, vocabSize: 50_000, hiddenSize: 64, headCount: 2 };
    const specs = ditParameters(config);
    const rounded: Weights = new Map(
      Array.from(randomWeights(specs), ([name, weight]) => {
        if (weight.shape.length < 2 || !("tensor" in weight.source)) return [name, weight];
        const { values, scale } = toInt8(weight.source.tensor);
        return [name, { ...inMemory(values), scale: inMemory(scale) }];
      }),
    );
    const stored = { engine, description: { ...description, config }, weights: rounded };
    await using whole = await createDenoiser(stored);
    await using pieces = await createDenoiser({ ...stored, dtype: "int8" });
    const stream = createStream(5);
    const hidden = Float32Array.from({ length: 3 * config.hiddenSize }, (_, i) => stream.uniform(i) - 0.5);
    expect(await pieces.logProbsOfHidden(hidden)).toEqual(await whole.logProbsOfHidden(hidden));
  },
);

describe("the weights", () => {
  test("stored in int8 they are used as they lie; other types are quantised to the same", async () => {
    const names = new Set(blockMatrices(description).map(({ name }) => name));
    const rounded = new Map(
      Array.from(weights, ([name, weight]) => {
        if (!names.has(name) || !("tensor" in weight.source))
          return [name, { int8: weight, wide: weight }] as const;
        const { values, scale } = toInt8(weight.source.tensor);
        const int8 = { ...inMemory(values), scale: inMemory(scale) };
        return [name, { int8, wide: inMemory(fromInt8(values, scale)) }] as const;
      }),
    );
    const int8: Weights = new Map(Array.from(rounded, ([name, { int8 }]) => [name, int8]));
    const wide: Weights = new Map(Array.from(rounded, ([name, { wide }]) => [name, wide]));
    const used = await int8Weights(description, int8, {});
    for (const [name, weight] of int8) expect(used.get(name)).toBe(weight);
    const request = halfMasked(1, 32);
    await using a = await create(one, int8);
    await using b = await create(one, wide);
    const [rowsOfStored, rowsOfWide] = [await a.hiddenRows(request), await b.hiddenRows(request)];
    rowsOfStored.forEach((value, i) => expect(Math.abs(value - rowsOfWide[i]!)).toBeLessThan(1e-2));
  });

  test("only the blocks' matrices are quantised, each as `toInt8` does, whatever type they are stored in", async () => {
    const name = "blocks.0.mlp.0.weight";
    const { source, shape } = weights.get(name)!;
    if (!("tensor" in source)) throw new Error("The weights of this test are in memory.");
    const half = tensor("float16", shape, float32ToFloat16(source.tensor.data as Float32Array));
    const quantized = await int8Weights(description, new Map(weights).set(name, inMemory(half)), {});
    const { values, scale } = toInt8(half);
    expect(quantized.get(name)).toEqual({ ...inMemory(values), scale: inMemory(scale) });
    const isChanged = (parameter: string) => quantized.get(parameter) !== weights.get(parameter);
    expect([...weights.keys()].filter(isChanged)).toEqual(
      blockMatrices(description).map((matrix) => matrix.name),
    );
  });

  test("of GPT-2, `[in, out]`, get a scale for each output, in int8 files too", async () => {
    const model: CausalDescription = { family: "gpt2", config: { ...fixtureModel, vocabSize: 50 } };
    const random = randomWeights(causalParameters(model));
    const name = "h.0.mlp.c_fc.weight";
    const [inputs, outputs] = random.get(name)!.shape as [number, number];
    const { source } = random.get(name)!;
    const { values, scale } = toInt8((source as { tensor: Tensor }).tensor);
    const files: Weights = new Map(random).set(name, { ...inMemory(values), scale: inMemory(scale) });
    for (const given of [random, files]) {
      const { shape, scale: ofOutputs } = (await int8Weights(model, given, {})).get(name)!;
      expect(shape).toEqual([outputs, inputs]);
      expect(ofOutputs!.shape).toEqual([outputs, 1]);
      const [exact, int8] = await Promise.all(
        (["float32", "int8"] as const).map(async (dtype) => {
          await using causal = await createCausalModel({
            engine: one!,
            description: model,
            weights: given,
            dtype,
          });
          return await causal.score({ tokens: Int32Array.of(1, 2, 3, 4, 5, 6), batch: 1, length: 6 });
        }),
      );
      expect(int8).not.toEqual(exact);
      exact!.forEach((value, i) => expect(Math.abs(value - int8![i]!)).toBeLessThan(0.05));
    }
  });

  test("can be given up while they are quantised", async () => {
    const signal = AbortSignal.abort();
    await expect(int8Weights(description, weights, { signal })).rejects.toMatchObject({ code: "aborted" });
  });

  test("of a model in training are refused", async () => {
    const resident = { residents: new Map() };
    await expect(
      createDenoiser({ engine: one!, description, weights: resident, dtype: "int8" }),
    ).rejects.toMatchObject({ code: "usage", message: expect.stringMatching(/attn_qkv.*use float32/) });
  });
});

test("an autoregressive model writes the same text alone and among others", async () => {
  const model: CausalDescription = { family: "ar", config: { ...fixtureModel, vocabSize: 50 } };
  const random = randomWeights(causalParameters(model));
  await using causal = await createCausalModel({
    engine: two!,
    description: model,
    weights: random,
    dtype: "int8",
  });
  const [prompts, length] = [Int32Array.of(3, 7, 11), 10];
  const stream = createStream(2);
  const all = await causal.generate({ prompts, batch: 3, length, stream });
  const alone = await causal.generate({ prompts: prompts.subarray(0, 1), batch: 1, length, stream });
  expect(alone.tokens).toEqual(all.tokens.subarray(0, length));
});

test("the matrices of an autoregressive model are packed when it loads in int8, and stay mapped in float32", async () => {
  const model: CausalDescription = { family: "ar", config: { ...fixtureModel, vocabSize: 50 } };
  const given = randomWeights(causalParameters(model));
  const packs = async (dtype: "float32" | "int8") => {
    const packed: (boolean | undefined)[] = [];
    const engine: Engine = {
      ...one!,
      load: (program, options) => {
        packed.push(options?.prepack);
        return one!.load(program, options);
      },
    };
    await using causal = await createCausalModel({ engine, description: model, weights: given, dtype });
    await causal.generate({ prompts: Int32Array.of(3), batch: 1, length: 4, stream: createStream(2) });
    return packed;
  };
  // The step, and the head of the draw, which is float32 in both.
  expect(await packs("int8")).toEqual([true, false]);
  expect(await packs("float32")).toEqual([false, false]);
});

function randomWeights(specs: readonly ParameterSpec[]): Weights {
  const stream = createStream(6);
  return new Map(
    specs.map(({ name, shape }) => {
      const own = stream.child(name);
      const values = Float32Array.from({ length: elementCount(shape) }, (_, i) =>
        shape.length === 1 && !name.includes("bias") ? 1 : (own.uniform(i) - 0.5) * 0.3,
      );
      return [name, inMemory(tensor("float32", shape, values))];
    }),
  );
}

test.each([
  [
    "holds NaN",
    (value: number, i: number) => (i === 1 ? Number.NaN : value),
    /^The weight blocks\.0\.mlp\.2\.weight holds NaN/,
  ],
  ["leads out of float32", (value: number) => value * 1e37, /^The network gives a hidden row of/],
] as const)("a weight that %s is found in int8 too", async (_, change, message) => {
  const name = "blocks.0.mlp.2.weight";
  const { shape } = weights.get(name)!;
  const values = (stored.get(`backbone.${name}`)!.data as Float32Array).map(change);
  const broken: Weights = new Map(weights).set(name, inMemory(tensor("float32", shape, values)));
  await using denoiser = await create(one, broken);
  await expect(denoiser.logProbs(halfMasked(1, 32))).rejects.toMatchObject({
    code: "numeric",
    message: expect.stringMatching(message),
  });
});

test("a device without int8 refuses it and says what to use", () => {
  const { traits } = webgpu.provider();
  expect(() => checkPrecision({ device: "webgpu", traits }, "int8")).toThrow(
    "The device webgpu has no kernels for int8: use float16 or float32 there, or another device: cpu.",
  );
});
