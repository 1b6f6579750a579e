import { tensor } from "@sdtt/core";
import type { Tensor } from "@sdtt/core";
import { input, serialize } from "@sdtt/graph";
import type { Weights } from "@sdtt/graph";
import { evaluateProgram, fixtureModel, fixtureNumbers, readFixture } from "@sdtt/testing";
import { expect, test } from "vitest";
import type { DitConfig } from "./config.ts";
import { ditHidden } from "./dit.ts";
import { allLogits, seddLogScore, subsLogProbs } from "./heads.ts";
import { createParameterSource } from "./parameter-source.ts";
import { ditParameters } from "./parameters.ts";

const config: DitConfig = fixtureModel;
const [batch, length, vocab] = [3, 32, 97];

function fixtureWeights(file: string): Weights {
  const stored = readFixture(file);
  const find = (name: string): Tensor => stored.get(name) ?? stored.get(`backbone.${name}`)!;
  return new Map(
    ditParameters(config).map(({ name, shape }) => [
      name,
      { dtype: "float32", shape, source: { tensor: find(name) } },
    ]),
  );
}

function modelInputs(rowCount: number) {
  return {
    tokens: input("tokens", "int64", ["batch", "length"]),
    rows: input("rows", "int64", ["rows"]),
    rowIds: Array.from({ length: rowCount }, (_, i) => i),
  };
}

const int64 = (shape: number[], values: readonly number[]) =>
  tensor(
    "int64",
    shape,
    BigInt64Array.from(values, (value) => BigInt(value)),
  );

function expectClose(actual: Tensor, expected: readonly number[], tolerance: number): void {
  expect(actual.data.length).toBe(expected.length);
  const worst = Math.max(
    ...expected.map((value, i) =>
      value === Number(actual.data[i]) ? 0 : Math.abs(value - Number(actual.data[i])),
    ),
  );
  expect(worst).toBeLessThan(tolerance);
}

const forward = readFixture("forward.safetensors");
const xt = fixtureNumbers(forward, "xt");

async function runLogits(options: { sigma: boolean; decompose?: boolean; rows?: number[] }): Promise<Tensor> {
  const weights = fixtureWeights("hub/model.safetensors");
  const parameters = createParameterSource({ config, weights });
  const { tokens, rows } = modelInputs(0);
  const sigma = input("sigma", "float32", ["batch"]);
  const hidden = ditHidden({ config, parameters, tokens, rows, ...(options.sigma ? { sigma } : {}) });
  const program = serialize({
    outputs: { logits: allLogits({ config, parameters, hidden }) },
    weights,
    decompose: options.decompose ?? false,
  });
  const rowIds = options.rows ?? xt.map((_, i) => i);
  const { logits } = await evaluateProgram(program, {
    tokens: int64([batch, length], xt),
    rows: int64([rowIds.length], rowIds),
    ...(options.sigma ? { sigma: forward.get("sigma")! } : {}),
  });
  return logits!;
}

test("logits equal the original's at sigma = 0, where the modulations fold into the norms", async () => {
  expectClose(await runLogits({ sigma: false }), fixtureNumbers(forward, "logits_sigma0"), 1e-4);
});

test("logits equal the original's for a given sigma, unfolded", async () => {
  expectClose(await runLogits({ sigma: true }), fixtureNumbers(forward, "logits_sigma"), 1e-4);
});

test("the decomposed graph, in plain ONNX operators, agrees with the fused one", async () => {
  const fused = await runLogits({ sigma: false });
  expectClose(await runLogits({ sigma: false, decompose: true }), Array.from(fused.data, Number), 1e-5);
});

test("chosen rows are the same rows of the whole", async () => {
  const rows = [5, 95, 40, 40];
  const whole = Array.from((await runLogits({ sigma: true })).data, Number);
  const chosen = await runLogits({ sigma: true, rows });
  expectClose(
    chosen,
    rows.flatMap((row) => whole.slice(row * vocab, (row + 1) * vocab)),
    1e-6,
  );
});

test("SUBS log-probabilities equal the original's at masked positions", async () => {
  const weights = fixtureWeights("hub/model.safetensors");
  const parameters = createParameterSource({ config, weights });
  const { tokens, rows } = modelInputs(0);
  const hidden = ditHidden({ config, parameters, tokens, rows });
  const program = serialize({ outputs: { logProbs: subsLogProbs({ config, parameters, hidden }) }, weights });
  const masked = xt.flatMap((id, i) => (id === vocab - 1 ? [i] : []));
  const feeds = { tokens: int64([batch, length], xt), rows: int64([masked.length], masked) };
  const logProbs = (await evaluateProgram(program, feeds)).logProbs!;
  const expected = fixtureNumbers(forward, "logprobs_subs");
  const withoutMask = (values: readonly number[], row: number) =>
    values.slice(row * vocab, (row + 1) * vocab - 1);
  const actual = Array.from(logProbs.data, Number);
  masked.forEach((row, i) => {
    expect(actual[(i + 1) * vocab - 1]).toBe(-Infinity);
    const difference = withoutMask(expected, row).map((value, j) => Math.abs(value - actual[i * vocab + j]!));
    expect(Math.max(...difference)).toBeLessThan(1e-4);
  });
});

test("SEDD's log score equals the original's", async () => {
  const weights = fixtureWeights("sedd/model.safetensors");
  const seddConfig = { ...config, timeConditioning: true };
  const parameters = createParameterSource({ config: seddConfig, weights });
  const { tokens, rows } = modelInputs(0);
  const [sigma, level] = [input("sigma", "float32", ["batch"]), input("level", "float32", ["rows"])];
  const ownTokens = input("own_tokens", "int64", ["rows"]);
  const hidden = ditHidden({ config: seddConfig, parameters, tokens, rows, sigma });
  const score = seddLogScore({ config: seddConfig, parameters, hidden, level, ownTokens });
  const program = serialize({ outputs: { score }, weights });
  const expected = readFixture("sedd/expected.safetensors");
  const x = fixtureNumbers(expected, "x");
  const levels = fixtureNumbers(expected, "sigma").flatMap((s) =>
    Array.from({ length }, () => Math.log(Math.expm1(s)) + Math.log(vocab - 1)),
  );
  const result = await evaluateProgram(program, {
    tokens: int64([batch, length], x),
    rows: int64([x.length], [...x.keys()]),
    own_tokens: int64([x.length], x),
    sigma: expected.get("sigma")!,
    level: tensor("float32", [x.length], Float32Array.from(levels)),
  });
  expectClose(result.score!, fixtureNumbers(expected, "log_score"), 1e-4);
});
