import { createStream, float32Values, fromInt8, noiseVectors, tensor, toInt8 } from "@sdtt/core";
import type { RowsRequest } from "@sdtt/core";
import { createDenoiser, createScoreModel } from "@sdtt/engine";
import type { Engine } from "@sdtt/engine";
import type { Weights } from "@sdtt/graph";
import { ditParameters, noiseProjection } from "@sdtt/models";
import type { DitConfig, DenoiserDescription } from "@sdtt/models";
import { analyticFactor, eulerFactor, logLinearSchedule, scoreStepProbabilities } from "@sdtt/scheduler";
import { denoiserConformance, fixtureModel, fixtureNumbers, readFixture } from "@sdtt/testing";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createEngine } from "../engines/create-engine.ts";

const config: DitConfig = fixtureModel;
const description: DenoiserDescription = { family: "sdtt", config };

function weightsOf(file: string, prefix: string): Weights {
  const stored = readFixture(file);
  return new Map(
    ditParameters(config).map(({ name, shape }) => [
      name,
      { dtype: "float32", shape, source: { tensor: stored.get(prefix + name)! } },
    ]),
  );
}

const embedding = "vocab_embed.embedding";
const weights = weightsOf("hub/model.safetensors", "backbone.");
let engine: Engine;
beforeAll(async () => {
  engine = await createEngine({ threads: 1 });
});
afterAll(() => engine[Symbol.asyncDispose]());

denoiserConformance("the DiT on ONNX Runtime", {
  create: () => createDenoiser({ engine, description, weights }),
  length: 12,
});

const forward = readFixture("forward.safetensors");
const xt = Int32Array.from(fixtureNumbers(forward, "xt"));
const masked = Int32Array.from([...xt.keys()].filter((row) => xt[row] === config.vocabSize - 1));
const request: RowsRequest = { tokens: xt, batch: 3, length: 32, rows: masked };

describe("the DiT on ONNX Runtime", () => {
  test("gives the original's log-probabilities, whatever the groups it runs in", async () => {
    const expected = fixtureNumbers(forward, "logprobs_subs");
    for (const limits of [{}, { maxPositions: 1, maxHeadRows: 5 }, { maxPositions: 64, maxHeadRows: 1 }]) {
      await using denoiser = await createDenoiser({ engine, description, weights, ...limits });
      const logProbs = await denoiser.logProbs(request);
      let worst = 0;
      masked.forEach((row, i) => {
        for (let id = 0; id < 96; id++) {
          worst = Math.max(worst, Math.abs(logProbs[i * 97 + id]! - expected[row * 97 + id]!));
        }
      });
      expect(worst).toBeLessThan(1e-4);
    }
  });

  test("computes with int8 weights as with the floats that they stand for", async () => {
    const stored = readFixture("hub/model.safetensors");
    const int8: Weights = new Map(
      Array.from(weights, ([name, weight]) => {
        if (weight.shape.length !== 2) return [name, weight];
        const { values, scale } = toInt8(stored.get(`backbone.${name}`)!);
        const { dtype, shape } = scale;
        const scaled = { dtype, shape, source: { tensor: scale } };
        return [name, { dtype: "int8", shape: weight.shape, source: { tensor: values }, scale: scaled }];
      }),
    );
    const floats: Weights = new Map(
      Array.from(int8, ([name, { scale, ...weight }]) => {
        if (!scale || !("tensor" in weight.source) || !("tensor" in scale.source)) return [name, weight];
        const values = fromInt8(weight.source.tensor, scale.source.tensor);
        return [name, { dtype: "float32", shape: weight.shape, source: { tensor: values } }];
      }),
    );
    const [actual, expected] = await Promise.all(
      [int8, floats].map(async (weights) => {
        await using denoiser = await createDenoiser({ engine, description, weights });
        return await denoiser.logProbs(request);
      }),
    );
    expect(actual).toEqual(expected);
  });

  test("gives the log-probability of chosen tokens, in any order of the rows", async () => {
    await using denoiser = await createDenoiser({ engine, description, weights, maxHeadRows: 5 });
    const rows = masked.toReversed();
    const targets = rows.map((row) => (row * 31) % 96);
    const whole = await denoiser.logProbs({ ...request, rows });
    const chosen = await denoiser.targetLogProbs({ ...request, rows, targets });
    chosen.forEach((value, i) => expect(value).toBeCloseTo(whole[i * 97 + targets[i]!]!, 5));
    await expect(denoiser.targetLogProbs({ ...request, rows, targets: targets.fill(96) })).rejects.toThrow(
      /Target 96 at index 0 is out of range: 0 to 95/,
    );
  });

  test("draws the same tokens for a sequence alone and among others", async () => {
    await using denoiser = await createDenoiser({ engine, description, weights });
    const uniforms = Float64Array.from(masked, (row) => ((row * 37) % 101) / 101 + 0.001);
    const together = await denoiser.draw({ ...request, uniforms, entropies: true });
    for (let sequence = 0; sequence < 3; sequence++) {
      const places = [...masked.keys()].filter((i) => Math.floor(masked[i]! / 32) === sequence);
      const alone = await denoiser.draw({
        tokens: xt.subarray(sequence * 32, (sequence + 1) * 32),
        batch: 1,
        length: 32,
        rows: Int32Array.from(places, (i) => masked[i]! - sequence * 32),
        uniforms: Float64Array.from(places, (i) => uniforms[i]!),
        entropies: true,
      });
      expect([...alone.ids]).toEqual(places.map((i) => together.ids[i]));
      // To the last bit: samplers decide by these numbers.
      expect([...alone.logProbs]).toEqual(places.map((i) => together.logProbs[i]));
      expect([...alone.entropies!]).toEqual(places.map((i) => together.entropies![i]));
    }
  });

  test("answers for a text of masks alone as the whole network would", async () => {
    await using denoiser = await createDenoiser({ engine, description, weights });
    const tokens = new Int32Array(32).fill(96);
    const rows = Int32Array.of(0, 13, 31);
    const shortcut = await denoiser.logProbs({ tokens, batch: 1, length: 32, rows });
    // One token at the far end makes the shortcut inapplicable; compared is the network on masks only, through a
    // time-conditioned description, which never takes the shortcut.
    const conditioned = { family: "sdtt", config: { ...config, timeConditioning: true } } as const;
    await using plain = await createDenoiser({ engine, description: conditioned, weights });
    const whole = await plain.logProbs({ tokens, batch: 1, length: 32, rows, sigma: Float32Array.of(0) });
    const finite = [...whole.keys()].filter((i) => i % 97 !== 96);
    expect(Math.max(...finite.map((i) => Math.abs(whole[i]! - shortcut[i]!)))).toBeLessThan(1e-5);
  });

  describe("with a noise input", () => {
    const noiseSize = 3;
    const shape = [config.hiddenSize, noiseSize];
    const stream = createStream(8);
    const projection = Float32Array.from(
      { length: config.hiddenSize * noiseSize },
      (_, i) => stream.uniform(i) - 0.5,
    );
    const noisy: Weights = new Map([
      ...weights,
      [
        noiseProjection,
        { dtype: "float32", shape, source: { tensor: tensor("float32", shape, projection) } },
      ],
    ]);
    const described: DenoiserDescription = { family: "sdtt", config: { ...config, noiseSize } };
    const noiseSeeds = Float64Array.of(0.2, 0.7, 0.4);

    /** The network without one, whose mask has the embedding that a seed makes of it. */
    function shifted(seed: number): Weights {
      const { hiddenSize, vocabSize } = config;
      const vector = noiseVectors(Float64Array.of(seed), noiseSize);
      const embeddings = float32Values(
        readFixture("hub/model.safetensors").get(`backbone.${embedding}`)!,
      ).slice();
      for (let i = 0; i < hiddenSize; i++) {
        const added = vector.reduce((sum, z, k) => sum + z * projection[i * noiseSize + k]!, 0);
        embeddings[(vocabSize - 1) * hiddenSize + i]! += added;
      }
      const stored = tensor("float32", [vocabSize, hiddenSize], embeddings);
      return new Map([
        ...weights,
        [embedding, { dtype: "float32", shape: stored.shape, source: { tensor: stored } }],
      ]);
    }

    test("reads the masks of each text as moved by the vector of its seed, whoever else is in the batch", async () => {
      await using denoiser = await createDenoiser({ engine, description: described, weights: noisy });
      const logProbs = await denoiser.logProbs({ ...request, noiseSeeds });
      for (const [text, seed] of noiseSeeds.entries()) {
        const places = [...masked.keys()].filter((i) => Math.floor(masked[i]! / 32) === text);
        const own = {
          tokens: xt.subarray(text * 32, (text + 1) * 32),
          batch: 1,
          length: 32,
          rows: Int32Array.from(places, (i) => masked[i]! - text * 32),
        };
        await using twin = await createDenoiser({ engine, description, weights: shifted(seed) });
        const expected = await twin.logProbs(own);
        const alone = await denoiser.logProbs({ ...own, noiseSeeds: Float64Array.of(seed) });
        places.forEach((place, i) => {
          for (let id = 0; id < 96; id++) {
            const value = logProbs[place * 97 + id]!;
            expect(Math.abs(value - expected[i * 97 + id]!)).toBeLessThan(1e-4);
            expect(value).toBe(alone[i * 97 + id]);
          }
        });
      }
    });

    test("does without seeds as if it had none", async () => {
      await using denoiser = await createDenoiser({ engine, description: described, weights: noisy });
      await using plain = await createDenoiser({ engine, description, weights });
      expect(await denoiser.logProbs(request)).toEqual(await plain.logProbs(request));
      expect(await plain.logProbs({ ...request, noiseSeeds })).toEqual(await plain.logProbs(request));
    });

    test("tells texts of masks alone apart", async () => {
      await using denoiser = await createDenoiser({ engine, description: described, weights: noisy });
      const blank = { tokens: new Int32Array(64).fill(96), batch: 2, length: 32, rows: Int32Array.of(5, 40) };
      const distributions = await denoiser.logProbs({ ...blank, noiseSeeds: Float64Array.of(0.2, 0.7) });
      expect(distributions.subarray(0, 96)).not.toEqual(distributions.subarray(97, 97 + 96));
    });

    test.each([
      [Float64Array.of(0.5), /Expected one noise seed for each of 3 sequences; got 1/],
      [Float64Array.of(0.5, 1, 0.5), /Noise seed 1 is 1: it must lie between 0 and 1/],
      [Float64Array.of(Number.NaN, 0.5, 0.5), /Noise seed 0 is NaN/],
    ])("refuses the seeds %o", async (seeds, message) => {
      await using denoiser = await createDenoiser({ engine, description: described, weights: noisy });
      await expect(denoiser.logProbs({ ...request, noiseSeeds: seeds })).rejects.toThrow(message);
    });
  });

  test("refuses what ONNX Runtime would take in silence", async () => {
    await using denoiser = await createDenoiser({ engine, description, weights });
    const good = {
      tokens: Int32Array.of(96, 3),
      batch: 1,
      length: 2,
      rows: Int32Array.of(0),
      uniforms: Float64Array.of(0.5),
    };
    const bad: [Partial<typeof good> & { topP?: number; topK?: number; temperature?: number }, RegExp][] = [
      [{ tokens: Int32Array.of(97, 3) }, /Token 97 at index 0 is out of range: 0 to 96/],
      [{ tokens: Int32Array.of(-1, 3) }, /Token -1/],
      [{ rows: Int32Array.of(2) }, /Row 2 at index 0/],
      [{ uniforms: Float64Array.of(1.5) }, /Uniform 0 is 1.5/],
      [{ uniforms: Float64Array.of(Number.NaN) }, /Uniform 0 is NaN/],
      [{ uniforms: Float64Array.of(0.5, 0.5) }, /one uniform for each of 1 rows; got 2/],
      [{ length: 3 }, /batch \* length = 3 tokens; got 2/],
      [{ temperature: 0 }, /temperature/],
      [{ topP: 0 }, /top-p/],
      [{ topK: 0 }, /top-k/],
    ];
    for (const [change, message] of bad) {
      await expect(denoiser.draw({ ...good, ...change })).rejects.toThrow(message);
    }
  });
});

describe("SEDD on ONNX Runtime", () => {
  const expected = readFixture("sedd/expected.safetensors");
  const numbers = (key: string) => fixtureNumbers(expected, key);
  const tokens = Int32Array.from(numbers("x"));
  const rows = Int32Array.from(tokens.keys());
  const batch = { tokens, batch: 3, length: 32, rows };
  const create = () =>
    createScoreModel({
      engine,
      description: { family: "sedd", config: { ...config, timeConditioning: true } },
      weights: weightsOf("sedd/model.safetensors", ""),
    });

  test("gives the original's score", async () => {
    await using model = await create();
    const score = await model.logScore({ ...batch, sigma: Float32Array.from(numbers("sigma")) });
    const truth = numbers("log_score");
    expect(Math.max(...truth.map((value, i) => Math.abs(value - score[i]!)))).toBeLessThan(1e-4);
    await expect(model.logScore(batch)).rejects.toThrow(/sigma/);
  });

  test("takes the original's analytic and Euler steps, end to end", async () => {
    await using model = await create();
    const schedule = logLinearSchedule();
    const times = numbers("t");
    const [dt] = numbers("dt") as [number];
    const score = await model.logScore({
      ...batch,
      sigma: Float32Array.from(times, (t) => schedule.sigma(t)),
    });
    const factors = {
      analytic_probs: (t: number) => analyticFactor(schedule.sigma(t), schedule.sigma(t - dt)),
      euler_probs: (t: number) => eulerFactor(dt, schedule.rate(t)),
    };
    for (const [key, factorAt] of Object.entries(factors)) {
      const truth = numbers(key);
      let worst = 0;
      for (const row of rows.filter((row) => tokens[row] === 96)) {
        const weights = new Float64Array(97);
        const logScore = score.subarray(row * 97, (row + 1) * 97);
        scoreStepProbabilities(
          { logScore, maskId: 96, factor: factorAt(times[Math.floor(row / 32)]!) },
          weights,
        );
        weights.forEach((weight, id) => (worst = Math.max(worst, Math.abs(weight - truth[row * 97 + id]!))));
      }
      expect(worst, key).toBeLessThan(1e-4);
    }
  });
});
