import { expect, test } from "vitest";
import { startRun } from "./run.ts";
import type { Run } from "./run.ts";
import { revealsPerStep, statisticsAt } from "./statistics.ts";

const word = (position: number, id: number) => ({ position, id, text: "a", probability: 1 });
const run: Run = {
  ...startRun("model", 4),
  status: "done",
  length: 4,
  given: [{ position: 0, id: 1, text: "a" }],
  reveals: [
    { step: 1, revealed: [word(1, 1)] },
    { step: 3, revealed: [word(2, 2), word(3, 2)] },
  ],
  seconds: 0.5,
};

test("entropy is of the ids that stand at the step, speed of all that came", () => {
  expect(statisticsAt(run, 2)).toEqual({ written: 1, toWrite: 3, entropy: 0, tokensPerSecond: 6 });
  expect(statisticsAt(run, 4).entropy).toBeCloseTo(Math.log(2), 12);
  expect(statisticsAt(startRun("model", 4), 0)).toMatchObject({
    entropy: undefined,
    tokensPerSecond: undefined,
  });
});

test("reveals are counted by step, over all texts", () => {
  expect(revealsPerStep([run, run], 5)).toEqual([2, 0, 4, 0, 0]);
});
