import { distillationLoss, distillationLossNames } from "@sdtt/losses";

const student = Float32Array.of(0.5, 1, -1, 0, 2, 0, 0, 0);
const teacher = Float32Array.of(1, 1, -2, 0, 3, -1, 0, 0);

/** The value of every loss between two distributions; to twelve digits, since engines may differ in the last of a logarithm. */
export async function run(): Promise<unknown> {
  const values = distillationLossNames.map((name) => {
    const { loss } = distillationLoss(name).evaluate({ student, teacher, vocabSize: 4 });
    return [name, loss.toPrecision(12)];
  });
  return Object.fromEntries(values);
}
