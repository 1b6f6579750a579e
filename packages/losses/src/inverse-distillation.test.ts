import { createStream } from "@sdtt/core";
import { expect, test } from "vitest";
import { finiteDifferences, largestError } from "../test/finite-differences.ts";
import { crossEntropy, inverseFakeLoss, inverseStudentLoss } from "./index.ts";
import type { InverseBatch } from "./index.ts";

const [rows, vocabSize] = [4, 7];

function batch(): InverseBatch & Record<"student" | "fake" | "teacher", Float64Array> {
  const logits = (name: string) => {
    const stream = createStream(2).child(name);
    return Float64Array.from({ length: rows * vocabSize }, (_, i) => 4 * stream.uniform(i) - 2);
  };
  return {
    student: logits("student"),
    fake: logits("fake"),
    teacher: logits("teacher"),
    vocabSize,
    given: [-1, 3, -1, -1],
    weights: [0.5, 1.25, 0, 0.75],
  };
}

test("the student's gradient is that of its loss, zero where it was shown the token", () => {
  const given = batch();
  const { gradient } = inverseStudentLoss(given);
  const differences = finiteDifferences(
    given.student,
    (student) => inverseStudentLoss({ ...given, student }).loss,
  );
  expect(largestError(gradient, differences)).toBeLessThan(1e-7);
  expect(Math.max(...gradient.subarray(vocabSize, 3 * vocabSize).map(Math.abs))).toBe(0);
});

test.each([0, 0.5])(
  "the fake's gradient is that of its loss, held to the teacher by %d",
  (regularization) => {
    const given = batch();
    const { gradient } = inverseFakeLoss(given, regularization);
    const differences = finiteDifferences(
      given.fake,
      (fake) => inverseFakeLoss({ ...given, fake }, regularization).loss,
    );
    expect(largestError(gradient, differences)).toBeLessThan(1e-7);
  },
);

test("a fake that is the teacher leaves the student nothing to learn", () => {
  const given = batch();
  const { loss, gradient } = inverseStudentLoss({ ...given, fake: given.teacher });
  expect(loss).toBe(0);
  expect(Math.max(...gradient.map(Math.abs))).toBe(0);
});

test("the fake's loss is the NELBO's cross-entropy where every token was shown", () => {
  const given = { ...batch(), given: [1, 3, 0, 5] };
  const { weights = [] } = given;
  const { loss, gradient } = crossEntropy({
    logits: given.fake,
    targets: given.given,
    vocabSize,
    weights,
    subs: true,
  });
  expect(inverseFakeLoss(given).loss).toBeCloseTo(loss, 14);
  expect(largestError(inverseFakeLoss(given).gradient, gradient)).toBeLessThan(1e-14);
});

test("the fake that matches the student has the least loss, its entropy", () => {
  const given = { ...batch(), given: undefined };
  const least = inverseFakeLoss({ ...given, fake: given.student });
  expect(Math.max(...least.gradient.map(Math.abs))).toBeLessThan(1e-15);
  expect(inverseFakeLoss(given).loss).toBeGreaterThan(least.loss);
});

test("sizes that contradict each other are refused", () => {
  const given = batch();
  expect(() => inverseStudentLoss({ ...given, fake: new Float64Array(7) })).toThrow("fake needs 28 elements");
  expect(() => inverseFakeLoss({ ...given, given: [-1, 6, -1, -1] })).toThrow(
    "A given id is from 0 to 5, or -1; got 6.",
  );
});
