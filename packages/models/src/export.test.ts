import type { Tensor } from "@sdtt/core";
import type { Weights } from "@sdtt/graph";
import { evaluateProgram, fixtureNumbers, readFixture } from "@sdtt/testing";
import { expect, test } from "vitest";
import type { DenoiserDescription, DitConfig } from "./config.ts";
import { exportProgram } from "./export.ts";
import { ditParameters } from "./parameters.ts";

const sizes = {
  vocabSize: 97,
  hiddenSize: 64,
  blockCount: 2,
  headCount: 4,
  conditionSize: 32,
  length: 32,
};

async function run(
  model: { family: DenoiserDescription["family"]; timeConditioning: boolean; file: string; prefix: string },
  feeds: Record<string, Tensor>,
): Promise<Record<string, Tensor>> {
  const { family, timeConditioning, file, prefix } = model;
  const config: DitConfig = { ...sizes, timeConditioning };
  const stored = readFixture(file);
  const weights: Weights = new Map(
    ditParameters(config).map(({ name, shape }) => [
      name,
      { dtype: "float32", shape, source: { tensor: stored.get(prefix + name)! } },
    ]),
  );
  return await evaluateProgram(exportProgram({ family, config, weights }), feeds);
}

function expectClose(actual: Tensor, expected: readonly number[]): void {
  const values = Array.from(actual.data, Number);
  expect(values).toHaveLength(expected.length);
  // The original writes -1e6 where a token is impossible.
  const wrong = values.filter((value, i) =>
    expected[i]! < -1e5 ? value !== -Infinity : !(Math.abs(value - expected[i]!) < 1e-4),
  );
  expect(wrong).toEqual([]);
}

const forward = readFixture("forward.safetensors");
const student = { family: "sdtt", file: "hub/model.safetensors", prefix: "backbone." } as const;

test("the exported program gives the original's log-probabilities under SUBS, at every position", async () => {
  const { log_probs } = await run({ ...student, timeConditioning: false }, { tokens: forward.get("xt")! });
  expect(log_probs!.shape).toEqual([3, 32, 97]);
  expectClose(log_probs!, fixtureNumbers(forward, "logprobs_subs"));
});

test("a time-conditioned program at sigma = 0 is the unconditioned one", async () => {
  const sigma: Tensor = { dtype: "float32", shape: [3], data: new Float32Array(3) };
  const feeds = { tokens: forward.get("xt")!, sigma };
  const { log_probs } = await run({ ...student, timeConditioning: true }, feeds);
  expect(log_probs!.shape).toEqual([3, 32, 97]);
  expectClose(log_probs!, fixtureNumbers(forward, "logprobs_subs"));
});

test("an exported SEDD gives the original's log score", async () => {
  const expected = readFixture("sedd/expected.safetensors");
  const { log_score } = await run(
    { family: "sedd", timeConditioning: true, file: "sedd/model.safetensors", prefix: "" },
    { tokens: expected.get("x")!, sigma: expected.get("sigma")! },
  );
  expect(log_score!.shape).toEqual([3, 32, 97]);
  expectClose(log_score!, fixtureNumbers(expected, "log_score"));
});
