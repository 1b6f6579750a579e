import type { Sweep } from "./family.ts";

/** Steps that reach four times as many within the list, and temperatures whose entropies overlap between models. */
export const defaultSweep: Sweep = {
  steps: [4, 8, 16, 32, 64],
  temperatures: [0.7, 0.8, 0.9, 1, 1.1],
  orders: ["random"],
  precisions: ["exact"],
  texts: 64,
  seed: 1,
};

/** Steps whose texts are shown unless others are asked for: the first, one in the middle and the last. */
export function shownStepsOf(steps: readonly number[]): readonly number[] {
  const [first, middle, last] = [steps[0]!, steps[Math.floor(steps.length / 2)]!, steps.at(-1)!];
  return [...new Set([first, middle, last])];
}
