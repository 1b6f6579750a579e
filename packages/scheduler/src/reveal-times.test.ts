import { createStream } from "@sdtt/core";
import { threeByThree } from "@sdtt/testing";
import * as fc from "fast-check";
import { expect, test } from "vitest";
import { createSequence } from "./create-sequence.ts";
import type { Sequence } from "./sequence.ts";
import { gridTimes } from "./reveal-times.ts";
import { createSchedule, logLinearSchedule } from "./schedules.ts";
import type { ScheduleName } from "./schedules.ts";

const { vocabSize, maskId } = threeByThree();
const template = new Int32Array(8).fill(maskId);
const names: ScheduleName[] = ["loglinear", "cosine", "cosinesqr", "linear", "geometric"];

test("the step that reveals next is the one that a walk over all steps comes to", () => {
  fc.assert(
    fc.property(
      fc.constantFrom(...names),
      fc.integer({ min: 1, max: 3000 }),
      fc.double({ min: 0, max: 1, noNaN: true }),
      fc.double({ min: 0, max: 1, noNaN: true }),
      (name, steps, highest, begin) => {
        const times = gridTimes(createSchedule(name), steps);
        const first = Math.floor(begin * steps);
        let walked = first;
        while (!(highest >= times.window(walked, highest).floor)) walked++;
        expect(times.firstToReveal(first, highest)).toBe(walked);
      },
    ),
    { seed: 3, numRuns: 300 },
  );
});

function run(sequence: Sequence): { steps: number[]; positions: number[] } {
  const [steps, positions]: [number[], number[]] = [[], []];
  for (let request = sequence.next(); request; request = sequence.next()) {
    steps.push(request.step);
    positions.push(...request.positions);
    const { length } = request.positions;
    sequence.apply({ ids: new Int32Array(length), logProbs: new Float32Array(length) });
  }
  return { steps, positions };
}

test.each(["random", "spread", "confidence"] as const)(
  "passing over empty steps reveals what a projection that changes nothing, asked after each step, leaves (%s)",
  (order) => {
    for (let seed = 0; seed < 20; seed++) {
      const common = { template, vocabSize, maskId, order, steps: 700, stream: createStream(seed) };
      const walked = run(createSequence({ ...common, project: (tokens) => tokens }));
      expect(run(createSequence(common))).toEqual(walked);
    }
  },
);

test.each(["random", "spread", "confidence"] as const)(
  "1e15 steps ask the schedule a few hundred times and reveal in the order of continuous time (%s)",
  (order) => {
    let asked = 0;
    const logLinear = logLinearSchedule();
    const schedule = { ...logLinear, sigma: (time: number) => (asked++, logLinear.sigma(time)) };
    const common = { template, vocabSize, maskId, stream: createStream(5), schedule };
    const { steps, positions } = run(createSequence({ ...common, steps: 1e15, order }));
    expect(asked).toBeLessThan(1000);
    expect(steps).toHaveLength(8);
    expect(steps.every((step) => step <= 1e15)).toBe(true);
    if (order !== "confidence") {
      const continuous = createSequence({ ...common, order, sampler: "first-hitting" });
      expect(positions).toEqual(run(continuous).positions);
    }
  },
);
