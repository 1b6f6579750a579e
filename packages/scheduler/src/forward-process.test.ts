import { createStream } from "@sdtt/core";
import { expect, test } from "vitest";
import { maskTokens } from "./forward-process.ts";
import { maskLevels, maskOrders } from "./mask-levels.ts";
import { cosineSchedule, logLinearSchedule, maskProbability } from "./schedules.ts";

const [length, maskId] = [5000, 9];
const text = Int32Array.from({ length }, (_, i) => i % 9);

test("a token is masked with the schedule's probability and otherwise left alone", () => {
  for (const schedule of [logLinearSchedule(), cosineSchedule()]) {
    const times = [0, 0.25, 0.9];
    const tokens = Int32Array.from([...text, ...text, ...text]);
    const masked = maskTokens({ tokens, length, maskId, times, schedule, stream: createStream(1) });
    for (const [sequence, time] of times.entries()) {
      const part = masked.subarray(sequence * length, (sequence + 1) * length);
      const probability = maskProbability(schedule, time);
      const share = part.filter((id) => id === maskId).length / length;
      expect(Math.abs(share - probability)).toBeLessThan(4 * Math.sqrt(0.25 / length));
      expect(part.every((id, i) => id === maskId || id === text[i])).toBe(true);
    }
  }
});

test("what is masked does not depend on the batch; ends are kept on request", () => {
  const common = { length, maskId, schedule: logLinearSchedule(), stream: createStream(2) };
  const both = maskTokens({ ...common, tokens: Int32Array.from([...text, ...text]), times: [0.5, 1] });
  const alone = maskTokens({ ...common, tokens: text, times: [1], sequenceOffset: 1 });
  expect(alone).toEqual(both.subarray(length));
  const kept = maskTokens({ ...common, tokens: text, times: [1], keepFirst: true, keepLast: true });
  expect([kept[0], kept[length - 1]]).toEqual([text[0], text[length - 1]]);
});

test("one draw gives the masks of all times, in either order", () => {
  for (const order of maskOrders) {
    const common = { tokens: text, length, maskId, order, schedule: logLinearSchedule() };
    const at = (time: number) => maskTokens({ ...common, times: [time], stream: createStream(7) });
    const levels = maskLevels({ count: 1, length, order, stream: createStream(7) });
    for (const time of [0.2, 0.5, 0.8]) {
      expect(at(time)).toEqual(
        text.map((id, position) =>
          levels[position]! < maskProbability(common.schedule, time) ? maskId : id,
        ),
      );
    }
  }
});

test("a time outside [0, 1] and a grid of the wrong size are refused", () => {
  const common = { length, maskId, schedule: logLinearSchedule(), stream: createStream(0) };
  expect(() => maskTokens({ ...common, tokens: text, times: [1.5] })).toThrow(/times\[0\].*got 1.5/);
  expect(() => maskTokens({ ...common, tokens: text, times: [0, 1] })).toThrow(/10000 tokens; got 5000/);
});
