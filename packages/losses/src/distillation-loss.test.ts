import { fixtureNumbers, readFixture } from "@sdtt/testing";
import { describe, expect, test } from "vitest";
import { lossCases } from "../test/cases.ts";
import { finiteDifferences, largestError } from "../test/finite-differences.ts";
import type { DistillationLossName } from "./index.ts";
import { distillationLoss, distillationLossNames } from "./index.ts";

const fixture = readFixture("losses.safetensors");
const vocabSize = 97;
const student = Float32Array.from(fixtureNumbers(fixture, "student_logits"));
const teacher = Float32Array.from(fixtureNumbers(fixture, "teacher_logits"));

/** Rows of `vocabSize - 1` columns with a zero for the mask appended to each. */
function withMaskColumn(gradient: number[]): number[] {
  return gradient.flatMap((value, i) => ((i + 1) % (vocabSize - 1) === 0 ? [value, 0] : [value]));
}

describe("the original's losses and gradients", () => {
  test.each<[DistillationLossName, string]>([
    ["kl-bwd", "kl_bwd"],
    ["kl-fwd", "kl_fwd"],
    ["mse", "mse_nomask"],
    ["tvd-log", "tvd_nomask"],
    ["mse-released", "mse"],
    ["tvd-released", "tvd"],
  ])("%s is its %s in float64", (name, key) => {
    const { loss, gradient } = distillationLoss(name).evaluate({ student, teacher, vocabSize });
    const expected = fixtureNumbers(fixture, `${key}.f64.grad`);
    expect(largestError([loss], fixtureNumbers(fixture, `${key}.f64.loss`))).toBeLessThan(1e-10);
    expect(
      largestError(gradient, expected.length < student.length ? withMaskColumn(expected) : expected),
    ).toBeLessThan(1e-10);
  });

  test.each<[DistillationLossName, string]>([
    ["kl-bwd", "kl_bwd"],
    ["kl-fwd", "kl_fwd"],
  ])("%s is its %s in float32, within float32", (name, key) => {
    const { loss, gradient } = distillationLoss(name).evaluate({ student, teacher, vocabSize });
    expect(largestError([loss], fixtureNumbers(fixture, `${key}.f32.loss`))).toBeLessThan(1e-4);
    expect(largestError(gradient, fixtureNumbers(fixture, `${key}.f32.grad`))).toBeLessThan(1e-4);
  });
});

describe.each(distillationLossNames)("the gradient of %s is its slope", (name) => {
  test.each(lossCases)("$name", (batch) => {
    const loss = distillationLoss(name);
    const slope = finiteDifferences(
      Float64Array.from(batch.student),
      (student) => loss.evaluate({ ...batch, student }).loss,
    );
    expect(largestError(loss.evaluate(batch).gradient, slope)).toBeLessThan(1e-6);
  });
});

test("an unknown name is refused with the known ones", () => {
  expect(() => distillationLoss("kdl" as DistillationLossName)).toThrow(/no distillation loss "kdl".*kl-bwd/);
});

test("the paper's name of the backward divergence is one of its names", () => {
  expect(distillationLoss("kld")).toBe(distillationLoss("kl-bwd"));
});

test("no rows are no loss", () => {
  const empty = { student: new Float32Array(), teacher: new Float32Array(), vocabSize: 5 };
  expect(distillationLoss("kl-bwd").evaluate(empty)).toEqual({ loss: 0, gradient: new Float64Array() });
});

test.each([
  [
    "broken rows",
    { student: new Float32Array(7), teacher: new Float32Array(7), vocabSize: 5 },
    /multiple of/,
  ],
  [
    "another teacher",
    { student: new Float32Array(10), teacher: new Float32Array(5), vocabSize: 5 },
    /teacher needs 10/,
  ],
  [
    "a mask alone",
    { student: new Float32Array(3), teacher: new Float32Array(3), vocabSize: 1 },
    /at least 2/,
  ],
  [
    "too few weights",
    { student: new Float32Array(10), teacher: new Float32Array(10), vocabSize: 5, weights: [1] },
    /weights needs 2/,
  ],
])("%s are refused", (_, batch, message) => {
  expect(() => distillationLoss("mse").evaluate(batch)).toThrow(message);
});
