import { createStream } from "@sdtt/core";
import { logLinearSchedule } from "@sdtt/scheduler";
import { expect, test } from "vitest";
import { drawSecondNoise } from "./second-noise.ts";

const [batch, length] = [64, 400];
const schedule = logLinearSchedule();
const times = Float64Array.from({ length: batch }, (_, i) => 0.002 + (0.998 * (i + 0.5)) / batch);
const uniform = createStream(1);
const revealShares = Float64Array.from(
  { length: batch * length },
  (_, row) => uniform.uniform(row) / times[Math.floor(row / length)]!,
);
const first = Uint8Array.from(revealShares, (share) => (share < 1 ? 1 : 0));
const drawn = (reverseSteps?: number) =>
  drawSecondNoise({
    first,
    length,
    times,
    revealShares,
    schedule,
    antithetic: true,
    maskOrder: "random",
    leastTime: 1e-3,
    reverseSteps,
    stream: createStream(2),
  });
const shareOf = (masked: Uint8Array, sequence: number) =>
  masked.subarray(sequence * length, (sequence + 1) * length).reduce((sum, one) => sum + one, 0) / length;

test("masked again, a text's share of masks is its second time, which does not follow from the first", () => {
  const { masked, weights } = drawn();
  // The weight is 1 / t.
  weights.forEach((weight, i) => expect(Math.abs(shareOf(masked, i) - 1 / weight)).toBeLessThan(0.12));
  const mean = (values: Float64Array) => values.reduce((sum, value) => sum + value, 0) / values.length;
  const second = weights.map((weight) => 1 / weight);
  const [a, b] = [mean(times), mean(second)];
  const covariance = mean(times.map((time, i) => (time - a) * (second[i]! - b)));
  // Times are even on (0, 1), so that 1/12 is their variance.
  expect(Math.abs(covariance * 12)).toBeLessThan(0.35);
  expect(Math.abs(mean(second) - 0.5)).toBeLessThan(0.02);
});

test("a step of the reverse sampler masks nothing that was shown, and goes back by at most one of so many steps", () => {
  const { masked, weights } = drawn(4);
  masked.forEach((one, row) => expect(one).toBeLessThanOrEqual(first[row]!));
  weights.forEach((weight, i) => {
    expect(1 / weight).toBeLessThan(times[i]! + 1e-9);
    expect(1 / weight).toBeGreaterThan(times[i]! - 0.25 - 1e-9);
    expect(Math.abs(shareOf(masked, i) - 1 / weight)).toBeLessThan(0.12);
  });
});
