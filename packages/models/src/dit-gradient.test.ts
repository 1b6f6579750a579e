import { createStream, elementCount, tensor } from "@sdtt/core";
import type { Tensor } from "@sdtt/core";
import { gatherElements, gradients, input, negate, reduceSum, reshape, scalar, serialize } from "@sdtt/graph";
import type { Program } from "@sdtt/graph";
import { evaluateProgram, gradientErrors } from "@sdtt/testing";
import { expect, test } from "vitest";
import type { DitConfig } from "./config.ts";
import { ditHidden } from "./dit.ts";
import { subsLogProbs } from "./heads.ts";
import { createParameterSource } from "./parameter-source.ts";
import { ditParameters } from "./parameters.ts";

const config: DitConfig = {
  vocabSize: 11,
  hiddenSize: 8,
  blockCount: 2,
  headCount: 2,
  conditionSize: 4,
  length: 6,
  timeConditioning: false,
};
const [batch, length, mask] = [2, config.length, config.vocabSize - 1];

const namesOf = (sizes: DitConfig) => ditParameters(sizes).map(({ name }) => name);

/** Cross-entropy at chosen rows, and its gradient for every parameter. */
function lossProgram(
  dtype: "float32" | "float64",
  { withSigma = false, recompute = false, dropRate = 0, noiseSize = 0 } = {},
): Program {
  const sizes = noiseSize > 0 ? { ...config, noiseSize } : config;
  const names = namesOf(sizes);
  const parameters = createParameterSource({ config: sizes, dtype });
  const hidden = ditHidden({
    config: sizes,
    parameters,
    tokens: input("tokens", "int64", ["batch", "length"]),
    rows: input("rows", "int64", ["rows"]),
    recompute,
    ...(dropRate > 0 ? { dropout: { rate: dropRate, seed: scalar("int64", 5) } } : {}),
    ...(withSigma ? { sigma: input("sigma", dtype, ["batch"]) } : {}),
    noise: noiseSize > 0 ? input("noise", dtype, ["batch", noiseSize]) : undefined,
  });
  const targets = reshape(input("targets", "int64", ["rows"]), ["rows", 1]);
  const logProbs = gatherElements(subsLogProbs({ config, parameters, hidden }), targets);
  const loss = negate(reduceSum(logProbs, { axes: [0, 1] }));
  const found = gradients(loss, names.map(parameters.get));
  const named = names.map((name, i) => [`gradient.${name}`, found[i]!]);
  return serialize({ outputs: { loss, ...Object.fromEntries(named) } });
}

/** Ids half of which are the mask, a repeated row, and weights wide enough that nothing is nearly linear. */
function randomFeeds(program: Program): Record<string, Tensor> {
  const stream = createStream(3);
  const tokens = Array.from({ length: batch * length }, (_, i) => (i % 2 ? mask : stream.uint32(i) % mask));
  const rows = [1, 3, 3, 5, 6, 9, 11];
  const int64 = (shape: number[], values: readonly number[]) =>
    tensor("int64", shape, BigInt64Array.from(values, BigInt));
  const feeds: Record<string, Tensor> = {
    tokens: int64([batch, length], tokens),
    rows: int64([rows.length], rows),
    targets: int64(
      [rows.length],
      rows.map((row) => stream.uint32(100 + row) % mask),
    ),
  };
  for (const { name, dtype, shape: declared } of program.inputs) {
    if (feeds[name]) continue;
    const shape = declared.map((size) => (size === "batch" ? batch : Number(size)));
    const centre = /norm\w*\.weight$/.test(name) ? 1 : 0;
    const own = stream.child(name);
    const value = (_: unknown, i: number) => centre + 1.2 * (own.uniform(i) - 0.5);
    const from = { length: elementCount(shape) };
    feeds[name] =
      dtype === "float32"
        ? tensor(dtype, shape, Float32Array.from(from, value))
        : tensor("float64", shape, Float64Array.from(from, value));
  }
  return feeds;
}

test.each([{ withSigma: false }, { withSigma: true }, { dropRate: 0.3 }, { noiseSize: 3 }])(
  "every gradient agrees with finite differences: %o",
  async (options) => {
    const program = lossProgram("float64", options);
    const names = namesOf("noiseSize" in options ? { ...config, ...options } : config);
    const errors = await gradientErrors({ program, feeds: randomFeeds(program), names, directions: 4 });
    expect(Object.keys(errors)).toEqual(names);
    for (const [name, error] of Object.entries(errors)) expect(error, name).toBeLessThan(1e-8);
  },
);

test("float32 kernels, fused, give the gradients of float64", async () => {
  const [exact, fused] = await Promise.all(
    (["float64", "float32"] as const).map((dtype) => {
      const program = lossProgram(dtype);
      return evaluateProgram(program, randomFeeds(program));
    }),
  );
  for (const name of namesOf(config)) {
    const [a, b] = [exact!, fused!].map((results) => Array.from(results[`gradient.${name}`]!.data, Number));
    const largest = Math.max(...a!.map(Math.abs));
    expect(largest, name).toBeGreaterThan(0);
    const worst = Math.max(...a!.map((value, i) => Math.abs(value - b![i]!)));
    expect(worst / largest, name).toBeLessThan(2e-5);
  }
});

test.each([0, 0.3])(
  "blocks that are computed twice give the same gradients, dropout %f",
  async (dropRate) => {
    const plain = lossProgram("float64", { dropRate });
    const checkpointed = lossProgram("float64", { dropRate, recompute: true });
    const feeds = randomFeeds(plain);
    const [kept, again] = [await evaluateProgram(plain, feeds), await evaluateProgram(checkpointed, feeds)];
    for (const [name, { data }] of Object.entries(kept)) expect(again[name]!.data, name).toEqual(data);
  },
);
