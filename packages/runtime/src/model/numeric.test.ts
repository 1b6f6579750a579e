import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createStream, elementCount, float32ToBfloat16, float32ToFloat16, tensor } from "@sdtt/core";
import type { RowsRequest, Tensor } from "@sdtt/core";
import { checkWeights, createCausalModel, createDenoiser, createScoreModel } from "@sdtt/engine";
import type { Engine, ResidentWeights } from "@sdtt/engine";
import type { Weights } from "@sdtt/graph";
import { causalParameters, ditParameters } from "@sdtt/models";
import type { DitConfig, ParameterSpec } from "@sdtt/models";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createEngine } from "../engines/create-engine.ts";

const config: DitConfig = {
  vocabSize: 9,
  hiddenSize: 8,
  blockCount: 2,
  headCount: 2,
  conditionSize: 4,
  length: 8,
  timeConditioning: false,
};
const timed: DitConfig = { ...config, timeConditioning: true };
const maskId = 8;
const stream = createStream(12);

/** Tokens 0 to 3 beside masks: tokens 4 to 7 are in the vocabulary alone. */
const request: RowsRequest & { sigma: Float32Array } = {
  tokens: Int32Array.of(0, maskId, 1, maskId, 2, maskId, maskId, 3),
  batch: 1,
  length: 8,
  rows: Int32Array.of(1, 3, 5, 6),
  sigma: Float32Array.of(0.7),
};
const uniforms = Float64Array.of(0.1, 0.4, 0.6, 0.95);
const targets = Int32Array.of(0, 1, 2, 3);

function valuesOf({ name, shape }: ParameterSpec): Float32Array {
  const own = stream.child(name);
  return Float32Array.from({ length: elementCount(shape) }, (_, i) => own.uniform(i) - 0.5);
}

/** Random weights, one of them changed. */
function weightsOf(specs: readonly ParameterSpec[], change: Record<string, (values: Float32Array) => void>) {
  return new Map(
    specs.map((spec) => {
      const values = valuesOf(spec);
      change[spec.name]?.(values);
      return [spec.name, tensor("float32", spec.shape, values)] as const;
    }),
  );
}

const inMemory = (tensors: ReadonlyMap<string, Tensor>): Weights =>
  new Map(
    Array.from(tensors, ([name, value]) => [
      name,
      { dtype: value.dtype, shape: value.shape, source: { tensor: value } },
    ]),
  );

/** The second number of a weight: of an embedding, one that the texts above read. */
const poisonAt =
  (value: number, index = 1) =>
  (values: Float32Array): void => {
    values[index] = value;
  };

let engine: Engine;
let folder: string;
beforeAll(async () => {
  engine = await createEngine({ threads: 1 });
  folder = await mkdtemp(join(tmpdir(), "numeric-"));
});
afterAll(async () => {
  await engine[Symbol.asyncDispose]();
  await rm(folder, { recursive: true });
});

type Paths = Record<string, () => Promise<unknown>>;
interface Opened extends AsyncDisposable {
  readonly paths: Paths;
}

interface Kind {
  readonly specs: readonly ParameterSpec[];
  open(weights: Weights | ResidentWeights): Promise<Opened>;
}

function causalKind(family: "ar" | "gpt2"): Kind {
  const model = { family, config } as const;
  return {
    specs: causalParameters(model),
    async open(weights) {
      const causal = await createCausalModel({ engine, description: model, weights });
      const texts = { tokens: Int32Array.of(0, 1, 2, 3, 0, 1, 2, 3), batch: 1, length: 8 };
      const writing = { prompts: Int32Array.of(0, 1), batch: 2, length: 6, stream };
      const paths: Paths = {
        score: () => causal.score(texts),
        hidden: () => causal.hidden(texts),
        generate: () => causal.generate(writing),
        "generate with top-p": () => causal.generate({ ...writing, topP: 0.9 }),
        stream: () => causal.stream(writing).next(),
      };
      return { paths, [Symbol.asyncDispose]: () => causal[Symbol.asyncDispose]() };
    },
  };
}

/** Every way to get something from each kind of model. */
const kinds: Record<string, Kind> = {
  "a denoiser": {
    specs: ditParameters(config),
    async open(weights) {
      const model = await createDenoiser({ engine, description: { family: "mdlm", config }, weights });
      const draw = { ...request, uniforms };
      const paths: Paths = {
        draw: () => model.draw(draw),
        "draw with top-p": () => model.draw({ ...draw, topP: 0.8 }),
        "draw with top-k and a temperature": () => model.draw({ ...draw, topK: 3, temperature: 0.4 }),
        "draw of the likeliest": () => model.draw({ ...draw, temperature: 1e-45 }),
        drawWithHidden: () => model.drawWithHidden(draw),
        hiddenRows: () => model.hiddenRows(request),
        logProbs: () => model.logProbs(request),
        logits: () => model.logits(request),
        targetLogProbs: () => model.targetLogProbs({ ...request, targets }),
        logProbsOfHidden: () => model.logProbsOfHidden(new Float32Array(16).fill(0.5)),
      };
      return { paths, [Symbol.asyncDispose]: () => model[Symbol.asyncDispose]() };
    },
  },
  "a score model": {
    specs: ditParameters(timed),
    async open(weights) {
      const description = { family: "sedd", config: timed } as const;
      const model = await createScoreModel({ engine, description, weights });
      const paths: Paths = {
        logScore: () => model.logScore(request),
        hiddenRows: () => model.hiddenRows(request),
        logits: () => model.logits(request),
      };
      return { paths, [Symbol.asyncDispose]: () => model[Symbol.asyncDispose]() };
    },
  },
  "an autoregressive model": causalKind("ar"),
  "GPT-2": causalKind("gpt2"),
};

describe.each(Object.keys(kinds))("%s", (kind) => {
  const { specs, open } = kinds[kind]!;

  test("works while its weights are finite", async () => {
    await using model = await open(inMemory(weightsOf(specs, {})));
    for (const run of Object.values(model.paths)) expect(await run()).toBeDefined();
  });

  test.each([Number.NaN, Infinity, -Infinity])(
    "names any weight that holds %d, in every path",
    async (value) => {
      for (const { name, shape } of specs) {
        const isHeadBias = name === "output_layer.linear.bias";
        if (isHeadBias && value === -Infinity) continue;
        // Anywhere: also where nothing of this text reads it, or where it would only take a token's chance away.
        const index = Math.floor(stream.child(name).uniform(0) * elementCount(shape));
        await using model = await open(inMemory(weightsOf(specs, { [name]: poisonAt(value, index) })));
        for (const [path, run] of Object.entries(model.paths)) {
          await expect(run(), `${name} in ${path}`).rejects.toMatchObject({
            code: "numeric",
            message: expect.stringContaining(`The weight ${name} holds ${value} at [`),
          });
        }
      }
    },
  );

  test("names one of a model in training, where it is read", async () => {
    for (const { name } of specs) {
      const residents = new Map();
      for (const [key, value] of weightsOf(specs, { [name]: (values) => values.fill(Number.NaN) })) {
        residents.set(key, await engine.place(value));
      }
      await using model = await open({ residents });
      const isHead = name.startsWith("output_layer.linear");
      for (const [path, run] of Object.entries(model.paths)) {
        if (isHead ? path.startsWith("hidden") : path === "logProbsOfHidden") continue;
        await expect(run(), `${name} in ${path}`).rejects.toMatchObject({
          code: "numeric",
          message: expect.stringContaining(`The weight ${name} holds NaN at [`),
        });
      }
      for (const resident of residents.values()) await resident[Symbol.asyncDispose]();
    }
  });

  test("says the position where finite weights leave the range of float32", async () => {
    const ofHead = /^(output_layer\.linear|wte)\.weight$/;
    const { name } = specs.find((spec) => ofHead.test(spec.name))!;
    // Of two tokens one has a logit above the range whatever the hidden row; one below has no chance.
    const spread = (values: Float32Array) =>
      values.forEach((_, i) => (values[i] = Math.floor(i / 8) % 2 === 0 ? 3e38 : -3e38));
    await using model = await open(inMemory(weightsOf(specs, { [name]: spread })));
    for (const [path, run] of Object.entries(model.paths)) {
      if (path.startsWith("hidden")) continue;
      await expect(run(), path).rejects.toMatchObject({
        code: "numeric",
        message: expect.stringMatching(/^The network gives a .* at position \d of text \d, though no weight/),
      });
    }
  });

  test("takes a bias of -Infinity at the head for a token without a chance", async () => {
    const change = { "output_layer.linear.bias": poisonAt(-Infinity, 5) };
    await using model = await open(inMemory(weightsOf(specs, change)));
    for (const run of Object.values(model.paths)) expect(await run()).toBeDefined();
  });
});

const specs = ditParameters(config);
const description = { family: "mdlm", config } as const;

test("weights in files are looked through as well, in every type and in several pieces", async () => {
  const name = "vocab_embed.embedding";
  const shape = [140_001, 8];
  const values = new Float32Array(elementCount(shape)).fill(0.25).with(elementCount(shape) - 11, Number.NaN);
  const stored = {
    float32: values,
    float16: float32ToFloat16(values),
    bfloat16: float32ToBfloat16(values),
  };
  for (const [dtype, { buffer, byteLength }] of Object.entries(stored)) {
    const path = join(folder, dtype);
    await writeFile(path, Buffer.concat([Buffer.from("not aligned"), new Uint8Array(buffer)]));
    const source = { location: { path, offset: 11, byteLength } };
    await using check = checkWeights(
      new Map([[name, { dtype: dtype as keyof typeof stored, shape, source }]]),
      engine,
    );
    await expect(check.passed()).rejects.toThrow("The weight vocab_embed.embedding holds NaN at [139999, 5]");
  }
  const location = { path: join(folder, "gone"), offset: 0, byteLength: 4 };
  await using check = checkWeights(
    new Map([[name, { dtype: "float32", shape: [1], source: { location } }]]),
    engine,
  );
  await expect(check.passed()).rejects.toMatchObject({ code: "io" });
});

test("a model that is let go stops looking through its weights", async () => {
  const weights = inMemory(weightsOf(specs, { "blocks.1.mlp.2.bias": poisonAt(Number.NaN) }));
  const denoiser = await createDenoiser({ engine, description, weights });
  await expect(denoiser[Symbol.asyncDispose]()).resolves.toBeUndefined();
});

test("the coldest temperatures take the likeliest token, the hottest any", async () => {
  const weights = inMemory(weightsOf(specs, { "output_layer.linear.bias": poisonAt(-Infinity, 5) }));
  await using denoiser = await createDenoiser({ engine, description, weights });
  const { ids: likeliest } = await denoiser.draw({ ...request, uniforms, topK: 1 });
  for (const temperature of [Number.MIN_VALUE, 1e-300, 1e-46, 1e-45, 1e-38, 1e-30, 1e-20, 1e-12]) {
    for (const shape of [{}, { topP: 0.5 }, { topK: 4 }]) {
      const { ids } = await denoiser.draw({ ...request, uniforms, temperature, ...shape });
      expect(ids, `${temperature}`).toEqual(likeliest);
    }
  }
  const many = { ...request, rows: new Int32Array(64).fill(1) };
  const places = Float64Array.from({ length: 64 }, (_, i) => (i + 0.5) / 64);
  const { ids } = await denoiser.draw({ ...many, uniforms: places, temperature: Number.MAX_VALUE });
  expect(new Set(ids)).toEqual(new Set([0, 1, 2, 3, 4, 6, 7]));
});

test("hidden rows make the log-probabilities that the model gives, and raw logits those but for a constant", async () => {
  await using denoiser = await createDenoiser({
    engine,
    description,
    weights: inMemory(weightsOf(specs, {})),
  });
  const [hidden, logProbs, logits] = [
    await denoiser.hiddenRows(request),
    await denoiser.logProbs(request),
    await denoiser.logits(request),
  ];
  expect(await denoiser.logProbsOfHidden(hidden)).toEqual(logProbs);
  for (let row = 0; row < request.rows.length; row++) {
    const own = logits.subarray(row * 9, row * 9 + 8);
    const total = Math.log(own.reduce((sum, logit) => sum + Math.exp(logit), 0));
    own.forEach((logit, id) => expect(logit - total).toBeCloseTo(logProbs[row * 9 + id]!, 5));
    expect(Number.isFinite(logits[row * 9 + maskId])).toBe(true);
  }
  await expect(denoiser.logProbsOfHidden(hidden.subarray(1))).rejects.toThrow(/have 8 numbers each; got 31/);
  await expect(denoiser.logProbsOfHidden(hidden.with(9, Number.NaN))).rejects.toMatchObject({
    code: "numeric",
  });
  expect(await denoiser.logProbsOfHidden(new Float32Array(0))).toHaveLength(0);
});

test("each maker refuses the models of the others by name", async () => {
  const weights = inMemory(weightsOf(specs, {}));
  for (const [family, maker] of [
    ["sedd", "createScoreModel"],
    ["ar", "createCausalModel"],
  ] as const) {
    await expect(createDenoiser({ engine, description: { family, config }, weights })).rejects.toThrow(
      `createDenoiser does not take models of the family ${family}: use ${maker}.`,
    );
  }
  await expect(createScoreModel({ engine, description, weights })).rejects.toMatchObject({
    code: "checkpoint",
    message: expect.stringContaining("use createDenoiser"),
  });
});
