import { createStream } from "@sdtt/core";
import { cosineSchedule, logLinearSchedule, maskOrders, maskProbability, maskTokens } from "@sdtt/scheduler";
import { expect, test } from "vitest";
import { noiseBatch } from "../training/noised-batch.ts";
import { teacherTime } from "./teacher-times.ts";
import { planTrajectory } from "./trajectory-plan.ts";

const [batch, length, maskId, steps, dt] = [32, 256, 9, 4, 1 / 32];
const clean = Int32Array.from({ length: batch * length }, (_, row) => row % maskId);
const noised = (maskOrder: "random" | "spread", schedule = logLinearSchedule()) => {
  const common = { clean, length, maskId, schedule, antithetic: true, leastTime: 1e-5 };
  return { schedule, ...noiseBatch({ ...common, maskOrder, stream: createStream(3) }) };
};

test.each(maskOrders)("what the teacher leaves masked is what the same %s levels mask later", (order) => {
  for (const schedule of [logLinearSchedule(), cosineSchedule()]) {
    const { noised: tokens, times, revealShares } = noised(order, schedule);
    const common = { tokens, length, maskId, times, dt, steps, schedule, stream: createStream(5) };
    const { reveals } = planTrajectory({ ...common, grid: "paper", revealShares });
    for (let done = 0; done <= steps; done++) {
      const rest = tokens.slice();
      for (const { step, rows } of reveals) if (step < done) for (const row of rows) rest[row] = clean[row]!;
      const later = times.map((time) => Math.max(0, time - done * dt));
      const masks = {
        tokens: clean,
        length,
        maskId,
        schedule,
        order,
        stream: createStream(3).child("masks"),
      };
      // A step that begins below the least time counts as if it began there.
      const differing = maskTokens({ ...masks, times: later }).filter((id, row) => id !== rest[row]);
      expect(differing.length).toBeLessThanOrEqual(1);
    }
  }
});

test.each([
  ["random", "paper"],
  ["spread", "paper"],
  ["random", "released"],
  ["spread", "released"],
] as const)("%s masks on the %s grid: each step reveals the share that its times tell", (order, grid) => {
  const { noised: tokens, times, revealShares, schedule } = noised(order);
  const common = { tokens, length, maskId, times, dt, steps, schedule, grid, stream: createStream(5) };
  for (const shares of [revealShares, undefined]) {
    const { masked, reveals } = planTrajectory({ ...common, revealShares: shares });
    const left = new Set(masked);
    for (let step = 0; step < steps; step++) {
      const rows = reveals.find((reveal) => reveal.step === step)?.rows ?? new Int32Array(0);
      let [expected, variance] = [0, 0];
      for (const row of left) {
        const time = teacherTime({ grid, start: times[Math.floor(row / length)]!, dt, steps, step });
        const end = Math.max(0, time - dt);
        const chance = 1 - maskProbability(schedule, end) / maskProbability(schedule, time);
        expected += chance;
        variance += chance * (1 - chance);
      }
      // Spread counts vary less than independent ones.
      expect(Math.abs(rows.length - expected)).toBeLessThan(4 * Math.sqrt(variance));
      for (const row of rows) left.delete(row);
    }
  }
});

test("under the spread order no two neighbours are masked up to half of the time", () => {
  const { noised: tokens, times } = noised("spread");
  const together = (row: number) => tokens[row] === maskId && tokens[row + 1] === maskId;
  const rows = [...tokens.keys()].filter((row) => (row + 1) % length !== 0 && together(row));
  expect(rows.length).toBeGreaterThan(0);
  expect(rows.every((row) => times[Math.floor(row / length)]! > 0.5)).toBe(true);
});

test("a share is below 1 where a position is masked, and nowhere else", () => {
  for (const order of maskOrders) {
    const { noised: tokens, revealShares } = noised(order);
    tokens.forEach((id, row) => expect(revealShares[row]! < 1).toBe(id === maskId));
  }
});
