import { createStream } from "@sdtt/core";

/** Inputs of a distillation loss, exact in float32, so that every implementation can be fed the same. */
export interface LossCase {
  readonly name: string;
  /** Raw logits, `[rows, vocabSize]`; the mask is the last column. */
  readonly student: Float32Array;
  readonly teacher: Float32Array;
  readonly vocabSize: number;
  /** `[rows]`; absent means a mean. */
  readonly weights?: Float32Array;
}

/** Cases on which student and teacher nowhere tie, so that every loss is differentiable at them. */
export const lossCases: readonly LossCase[] = [
  lossCase({ name: "several rows", rows: 3, vocabSize: 7 }),
  lossCase({ name: "one row, two ids and the mask", rows: 1, vocabSize: 3 }),
  lossCase({ name: "logits far from zero", rows: 2, vocabSize: 5, shift: 1000 }),
  lossCase({ name: "distributions with nearly all mass on one id", rows: 2, vocabSize: 6, spread: 12 }),
  lossCase({ name: "a vocabulary wider than a vector register", rows: 2, vocabSize: 67 }),
  {
    ...lossCase({ name: "weights, one of them padding", rows: 4, vocabSize: 7 }),
    weights: Float32Array.of(0.5, 0, 1.25, 0.125),
  },
];

/** Logits uniform on `shift +- spread`; the teacher's are shifted the other way. */
function lossCase(options: {
  name: string;
  rows: number;
  vocabSize: number;
  spread?: number;
  shift?: number;
}): LossCase {
  const { name, rows, vocabSize, spread = 3, shift = 0 } = options;
  const stream = createStream(1).child(name);
  const logits = (label: string, shift: number): Float32Array => {
    const values = stream.child(label);
    return Float32Array.from(
      { length: rows * vocabSize },
      (_, i) => shift + spread * (2 * values.uniform(i) - 1),
    );
  };
  return { name, vocabSize, student: logits("student", shift), teacher: logits("teacher", -shift) };
}
