import { createStream } from "@sdtt/core";
import { cosineSchedule, logLinearSchedule, maskOrders } from "@sdtt/scheduler";
import type { MaskOrder, Schedule } from "@sdtt/scheduler";
import { expect, test } from "vitest";
import { noiseBatch } from "../../training/noised-batch.ts";
import { drawBridge } from "./bridge.ts";

const [batch, length, maskId, maxJump] = [64, 400, 9, 0.4];
const clean = Int32Array.from({ length: batch * length }, (_, row) => row % maskId);

function bridge(schedule: Schedule = logLinearSchedule(), maskOrder: MaskOrder = "random") {
  const common = { clean, length, maskId, schedule, maxJump };
  const noising = { ...common, maskOrder, antithetic: true, leastTime: 1e-3, stream: createStream(1) };
  const batch = noiseBatch(noising);
  return { ...batch, ...drawBridge({ ...common, ...batch, stream: createStream(2) }) };
}

test("reveals the tokens behind some of the masks, and changes nothing else", () => {
  const { noised, earlier } = bridge();
  expect(earlier).not.toEqual(noised);
  earlier.forEach((id, row) => {
    if (noised[row] !== maskId) expect(id).toBe(noised[row]);
    else if (id !== maskId) expect(id).toBe(clean[row]);
  });
});

test("goes back by an eighth of the longest jump to all of it, and not past the beginning", () => {
  const { times, revealChances } = bridge();
  const jumps = times.map((time, i) => time * revealChances[i]!);
  jumps.forEach((jump, i) => {
    const whole = Math.abs(jump - times[i]!) < 1e-12;
    expect(whole || jump > maxJump / 8 - 1e-12).toBe(true);
    expect(jump).toBeLessThan(maxJump + 1e-12);
  });
  expect(Math.max(...jumps)).toBeGreaterThan(0.8 * maxJump);
});

test.each(
  [logLinearSchedule(), cosineSchedule()].flatMap((schedule) =>
    maskOrders.map((order) => ({ schedule, order })),
  ),
)(
  "reveals a masked position with the chance that it tells: $schedule.name, $order",
  ({ schedule, order }) => {
    const { noised, earlier, revealChances } = bridge(schedule, order);
    const countsOf = (sequence: number) => {
      const [from, to] = [sequence * length, (sequence + 1) * length];
      const count = (ids: Int32Array) => ids.subarray(from, to).filter((id) => id === maskId).length;
      return { masked: count(noised), revealed: count(noised) - count(earlier) };
    };
    for (let sequence = 0; sequence < batch; sequence++) {
      const { masked, revealed } = countsOf(sequence);
      const chance = revealChances[sequence]!;
      const deviation = Math.sqrt(masked * chance * (1 - chance));
      expect(Math.abs(revealed - masked * chance)).toBeLessThan(4.5 * deviation + 1e-9);
    }
  },
);
