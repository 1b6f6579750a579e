import { createStream } from "@sdtt/core";
import { expect, test } from "vitest";
import { finiteDifferences, largestError } from "../test/finite-differences.ts";
import { consistencyLoss, crossEntropy, distillationLoss } from "./index.ts";
import type { ConsistencyBatch } from "./index.ts";

const [rows, vocabSize] = [4, 7];

function batch(): ConsistencyBatch & Record<"student" | "target", Float64Array> {
  const logits = (name: string) => {
    const stream = createStream(2).child(name);
    return Float64Array.from({ length: rows * vocabSize }, (_, i) => 4 * stream.uniform(i) - 2);
  };
  return {
    student: logits("student"),
    target: logits("target"),
    ids: [1, 3, 0, 5],
    divergenceWeights: [2, 0, 4, 1.5],
    dataWeight: 1.25,
    vocabSize,
    weights: [0.5, 1.25, 0, 0.75],
  };
}

test("the gradient is that of the loss", () => {
  const given = batch();
  const slope = finiteDifferences(given.student, (student) => consistencyLoss({ ...given, student }).loss);
  expect(largestError(consistencyLoss(given).gradient, slope)).toBeLessThan(1e-7);
});

test("without divergence it is cross-entropy, without data the Jensen-Shannon divergence", () => {
  const given = batch();
  const { student, target, ids, weights } = given;
  const data = crossEntropy({ logits: student, targets: ids, vocabSize, weights, subs: true });
  const alone = consistencyLoss({ ...given, dataWeight: 1, divergenceWeights: [0, 0, 0, 0] });
  expect(alone).toEqual({ loss: data.loss, gradient: data.gradient });
  const divergence = distillationLoss("js").evaluate({ student, teacher: target, vocabSize, weights });
  const apart = consistencyLoss({ ...given, dataWeight: 0, divergenceWeights: [1, 1, 1, 1] });
  expect(apart.loss).toBe(divergence.loss);
  expect(largestError(apart.gradient, divergence.gradient)).toBe(0);
});

test("a student that is its target has the data alone to learn from", () => {
  const given = batch();
  const { loss, gradient } = consistencyLoss({ ...given, target: given.student, dataWeight: 0 });
  expect(loss).toBe(0);
  expect(Math.max(...gradient.map(Math.abs))).toBe(0);
});

test("the divergence of a pair of distributions is worked out by hand", () => {
  // p = (1/4, 3/4), q = (3/4, 1/4), m = (1/2, 1/2).
  const student = Float64Array.of(0, Math.log(3), 0);
  const teacher = Float64Array.of(Math.log(3), 0, 0);
  const { loss } = distillationLoss("js").evaluate({ student, teacher, vocabSize: 3 });
  expect(loss).toBeCloseTo(0.25 * Math.log(0.5) + 0.75 * Math.log(1.5), 15);
});

test.each([
  ["a target of another size", { target: new Float64Array(7) }, /teacher needs 28 elements/],
  ["a weight too few", { divergenceWeights: [1] }, /divergenceWeights needs 4 elements/],
  ["the mask as an id", { ids: [1, 3, 0, 6] }, /target of row 3 must be an id from 0 to 5; got 6/],
])("%s is refused", (_, change, message) => {
  expect(() => consistencyLoss({ ...batch(), ...change })).toThrow(message);
});
