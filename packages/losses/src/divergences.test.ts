import * as fc from "fast-check";
import { expect, test } from "vitest";
import type { DistillationBatch, DistillationLossName, Loss } from "./index.ts";
import { distillationLoss, distillationLossNames } from "./index.ts";

const runs = { seed: 20241028, numRuns: 200 };

const logit = fc.double({ min: -20, max: 20, noNaN: true });
const batches = fc
  .tuple(fc.integer({ min: 2, max: 9 }), fc.integer({ min: 1, max: 4 }))
  .chain(([vocabSize, rows]) => {
    const logits = fc
      .array(logit, { minLength: rows * vocabSize, maxLength: rows * vocabSize })
      .map((values) => Float64Array.from(values));
    return fc.record({ student: logits, teacher: logits, vocabSize: fc.constant(vocabSize) });
  });

function evaluate(name: DistillationLossName, batch: DistillationBatch): Loss {
  return distillationLoss(name).evaluate(batch);
}

function swapped({ student, teacher, vocabSize }: DistillationBatch): DistillationBatch {
  return { student: teacher, teacher: student, vocabSize };
}

test("Pinsker's inequality: both KL are at least 2 tvd^2, so positive wherever the distributions differ", () => {
  fc.assert(
    fc.property(batches, ({ student, teacher, vocabSize }) => {
      // Of one row: the square of a mean is no mean of squares.
      const row = { student: student.slice(0, vocabSize), teacher: teacher.slice(0, vocabSize), vocabSize };
      const bound = 2 * evaluate("tvd", row).loss ** 2 - 1e-12;
      expect(evaluate("kl-bwd", row).loss).toBeGreaterThanOrEqual(bound);
      expect(evaluate("kl-fwd", row).loss).toBeGreaterThanOrEqual(bound);
    }),
    runs,
  );
});

test("the total variation distance is at most 1", () => {
  fc.assert(
    fc.property(batches, (batch) => {
      expect(evaluate("tvd", batch).loss).toBeLessThanOrEqual(1 + 1e-12);
    }),
    runs,
  );
});

test("the Jensen-Shannon divergence is at most log 2, and at least half the squared total variation distance", () => {
  fc.assert(
    fc.property(batches, ({ student, teacher, vocabSize }) => {
      const row = { student: student.slice(0, vocabSize), teacher: teacher.slice(0, vocabSize), vocabSize };
      const { loss } = evaluate("js", row);
      expect(loss).toBeLessThanOrEqual(Math.LN2 + 1e-12);
      expect(loss).toBeGreaterThanOrEqual(evaluate("tvd", row).loss ** 2 / 2 - 1e-12);
    }),
    runs,
  );
});

test.each(distillationLossNames)("%s is at least 0, and 0 with no slope at equal distributions", (name) => {
  fc.assert(
    fc.property(batches, (batch) => {
      expect(evaluate(name, batch).loss).toBeGreaterThanOrEqual(-1e-12);
      const equal = evaluate(name, { ...batch, teacher: batch.student });
      expect(equal.loss).toBe(0);
      // p - q by two routes: rounding may remain.
      expect(Math.max(...equal.gradient.map(Math.abs))).toBeLessThan(1e-15);
    }),
    runs,
  );
});

test.each(distillationLossNames)(
  "%s does not see a constant added to the logits, nor does its slope",
  (name) => {
    const shift = fc.integer({ min: -64, max: 64 });
    fc.assert(
      fc.property(batches, shift, shift, (batch, a, b) => {
        const plain = evaluate(name, batch);
        const shifted = evaluate(name, {
          ...batch,
          student: batch.student.map((z) => z + a),
          teacher: batch.teacher.map((z) => z + b),
        });
        expect(Math.abs(shifted.loss - plain.loss)).toBeLessThan(1e-8 * (1 + plain.loss));
        // Hence the slope along the constant is zero: every row of the gradient sums to it.
        for (let start = 0; start < plain.gradient.length; start += batch.vocabSize) {
          const row = plain.gradient.subarray(start, start + batch.vocabSize);
          expect(Math.abs(row.reduce((sum, value) => sum + value, 0))).toBeLessThan(1e-10);
        }
      }),
      runs,
    );
  },
);

test.each(["js", "mse", "tvd", "tvd-log"] as const)("%s is symmetric", (name) => {
  fc.assert(
    fc.property(batches, (batch) => {
      expect(evaluate(name, swapped(batch)).loss).toBe(evaluate(name, batch).loss);
    }),
    runs,
  );
});

test("each KL is the other one of student and teacher swapped", () => {
  fc.assert(
    fc.property(batches, (batch) => {
      expect(evaluate("kl-fwd", swapped(batch)).loss).toBe(evaluate("kl-bwd", batch).loss);
    }),
    runs,
  );
});

test.each(distillationLossNames.filter((name) => !name.endsWith("-released")))(
  "%s does not see the mask's logits and takes log-probabilities for logits",
  (name) => {
    fc.assert(
      fc.property(batches, ({ student, teacher, vocabSize }) => {
        const masked = (z: number, i: number): number => ((i + 1) % vocabSize === 0 ? -Infinity : z);
        const logProbs = teacher.map((z, i) => {
          const start = i - (i % vocabSize);
          const distribution = teacher.slice(start, start + vocabSize - 1);
          return masked(z - Math.log(distribution.reduce((sum, other) => sum + Math.exp(other), 0)), i);
        });
        const plain = evaluate(name, { student, teacher, vocabSize });
        const other = evaluate(name, { student: student.map(masked), teacher: logProbs, vocabSize });
        expect(Math.abs(other.loss - plain.loss)).toBeLessThan(1e-12 * (1 + plain.loss));
        expect(plain.gradient.every((value, i) => (i + 1) % vocabSize !== 0 || value === 0)).toBe(true);
      }),
      runs,
    );
  },
);

test.each(distillationLossNames)("%s of all rows is the sum of its chunks, padding aside", (name) => {
  fc.assert(
    fc.property(batches, ({ student, teacher, vocabSize }) => {
      const rows = student.length / vocabSize;
      const whole = evaluate(name, { student, teacher, vocabSize });
      const chunks = Array.from({ length: rows }, (_, row) => {
        const padded = (logits: Float64Array): Float64Array => {
          const chunk = new Float64Array(2 * vocabSize).fill(NaN);
          chunk.set(logits.subarray(row * vocabSize, (row + 1) * vocabSize));
          return chunk;
        };
        return evaluate(name, {
          student: padded(student),
          teacher: padded(teacher),
          vocabSize,
          weights: [1 / rows, 0],
        });
      });
      expect(chunks.reduce((sum, chunk) => sum + chunk.loss, 0)).toBeCloseTo(whole.loss, 10);
      const gradient = chunks.flatMap((chunk) => Array.from(chunk.gradient.subarray(0, vocabSize)));
      expect(gradient).toEqual([...whole.gradient]);
    }),
    runs,
  );
});

test("impossible ids are impossible: a student that rules them out has no divergence at them", () => {
  const student = Float64Array.of(0, -Infinity, 0, 0);
  const teacher = Float64Array.of(1, 1, 1, 1);
  const { loss, gradient } = evaluate("kl-bwd", { student, teacher, vocabSize: 4 });
  expect(loss).toBeCloseTo(Math.log(3 / 2), 14);
  for (const value of gradient) expect(value).toBeCloseTo(0, 14);
});
