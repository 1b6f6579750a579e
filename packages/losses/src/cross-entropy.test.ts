import { describe, expect, test } from "vitest";
import { lossCases } from "../test/cases.ts";
import { finiteDifferences, largestError } from "../test/finite-differences.ts";
import { crossEntropy, distillationLoss } from "./index.ts";

const targetsOf = (rows: number, columns: number): number[] =>
  Array.from({ length: rows }, (_, row) => (3 * row + 1) % columns);

describe.each([true, false])("the gradient is the slope, SUBS %s", (subs) => {
  test.each(lossCases)("$name", ({ student, vocabSize, weights }) => {
    const targets = targetsOf(student.length / vocabSize, vocabSize - 1);
    const evaluate = (logits: Float32Array | Float64Array) =>
      crossEntropy({ logits, targets, vocabSize, weights, subs });
    const slope = finiteDifferences(Float64Array.from(student), (logits) => evaluate(logits).loss);
    expect(largestError(evaluate(student).gradient, slope)).toBeLessThan(1e-6);
  });
});

test.each(lossCases)("under SUBS it is the forward KL from a teacher that is certain: $name", (batch) => {
  const { student, vocabSize, weights } = batch;
  const targets = targetsOf(student.length / vocabSize, vocabSize - 1);
  const teacher = new Float64Array(student.length).fill(-Infinity);
  targets.forEach((target, row) => (teacher[row * vocabSize + target] = 0));
  const { loss, gradient } = crossEntropy({ logits: student, targets, vocabSize, weights, subs: true });
  expect({ loss, gradient }).toEqual(distillationLoss("kl-fwd").evaluate({ ...batch, teacher }));
});

test("a model that knows nothing is surprised by the logarithm of the vocabulary", () => {
  const logits = new Float32Array(12);
  const { loss, surprisal } = crossEntropy({ logits, targets: [0, 3], vocabSize: 6 });
  expect(loss).toBeCloseTo(Math.log(6), 14);
  expect([...surprisal]).toEqual([loss, loss]);
  expect(crossEntropy({ logits, targets: [0, 3], vocabSize: 6, subs: true }).loss).toBeCloseTo(
    Math.log(5),
    14,
  );
});

test("what cannot be predicted is refused", () => {
  const logits = new Float32Array(12);
  expect(() => crossEntropy({ logits, targets: [0, 6], vocabSize: 6 })).toThrow(
    /row 1 .* from 0 to 5; got 6/,
  );
  expect(() => crossEntropy({ logits, targets: [5, 0], vocabSize: 6, subs: true })).toThrow(/0 to 4; got 5/);
  expect(() => crossEntropy({ logits, targets: [0], vocabSize: 6 })).toThrow(/targets needs 2/);
});
