import { expect, test } from "vitest";
import { learningRateAt } from "./schedule.ts";

test("the rate rises from 0 over the warm-up, then stays or follows half a cosine down to its floor", () => {
  const constant = { peak: 2, warmupSteps: 4, after: { kind: "constant" } } as const;
  expect([1, 2, 4, 5, 1000].map((step) => learningRateAt(constant, step))).toEqual([0.5, 1, 2, 2, 2]);
  const cosine = { peak: 2, warmupSteps: 4, after: { kind: "cosine", totalSteps: 12, floor: 0.1 } } as const;
  const rates = [4, 8, 12, 99].map((step) => learningRateAt(cosine, step));
  [2, 1.1, 0.2, 0.2].forEach((rate, i) => expect(rates[i]).toBeCloseTo(rate, 12));
});
