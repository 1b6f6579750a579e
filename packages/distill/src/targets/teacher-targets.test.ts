import { ditParameters } from "@sdtt/models";
import type { DitConfig, Weights } from "@sdtt/models";
import { createDenoiser, createEngine } from "@sdtt/runtime";
import { fixtureNumbers, readFixture } from "@sdtt/testing";
import { expect, test } from "vitest";
import { teacherTargets } from "./teacher-targets.ts";

const [vocab, width, batch, length] = [97, 64, 3, 32];
const maskId = vocab - 1;
const config: DitConfig = {
  vocabSize: vocab,
  hiddenSize: width,
  blockCount: 2,
  headCount: 4,
  conditionSize: 32,
  length,
  timeConditioning: false,
};
const stored = readFixture("hub/model.safetensors");
const weights: Weights = new Map(
  ditParameters(config).map(({ name, shape }) => [
    name,
    { dtype: "float32", shape, source: { tensor: stored.get(`backbone.${name}`)! } },
  ]),
);
const head = fixtureNumbers(stored, "backbone.output_layer.linear.weight");
const bias = fixtureNumbers(stored, "backbone.output_layer.linear.bias");

/** The distribution of a hidden row under SUBS, by the projection written out. */
function logProbsOf(hidden: ArrayLike<number>): number[] {
  const logits = Array.from({ length: maskId }, (_, id) =>
    Array.from({ length: width }, (__, i) => hidden[i]! * head[id * width + i]!).reduce(
      (a, b) => a + b,
      bias[id]!,
    ),
  );
  const total = Math.log(logits.reduce((sum, logit) => sum + Math.exp(logit), 0));
  return logits.map((logit) => logit - total);
}

test.each([2, 4])("targets along %i recorded steps are the original's", async (steps) => {
  const recorded = readFixture(`targets_${steps}.safetensors`);
  const tokens = Int32Array.from(fixtureNumbers(recorded, "xt"));
  const states = fixtureNumbers(recorded, "states");
  const size = batch * length;
  const stateAfter = (step: number) =>
    step < 0 ? [...tokens] : states.slice(step * size, (step + 1) * size);
  const masked = Int32Array.from([...tokens.keys()].filter((row) => tokens[row] === maskId));
  const reveals = Array.from({ length: steps }, (_, step) => {
    const [before, after] = [stateAfter(step - 1), stateAfter(step)];
    const rows = masked.filter((row) => before[row] === maskId && after[row] !== maskId);
    return { step, rows, uniforms: new Float64Array(rows.length).fill(0.5) };
  });

  await using engine = await createEngine({ threads: 1 });
  await using denoiser = await createDenoiser({ engine, description: { family: "sdtt", config }, weights });
  // Draws what was drawn then; all else is the teacher's own.
  const final = stateAfter(steps - 1);
  const teacher: typeof denoiser = {
    ...denoiser,
    drawWithHidden: async (request) => {
      const drawn = await denoiser.drawWithHidden(request);
      return { ...drawn, ids: request.rows.map((row) => final[row]!) };
    },
  };
  const targets = await teacherTargets({ teacher, tokens, batch, length, plan: { masked, steps, reveals } });
  const expected = fixtureNumbers(recorded, "targets");
  expect(targets.rows).toEqual(masked);
  masked.forEach((row, i) => {
    const distribution = logProbsOf(targets.hidden.subarray(i * width, (i + 1) * width));
    for (let id = 0; id < maskId; id++)
      expect(Math.abs(distribution[id]! - expected[row * vocab + id]!)).toBeLessThan(1e-4);
  });
});
