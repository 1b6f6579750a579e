import { fixtureNumbers, readFixture } from "@sdtt/testing";
import { expect, test } from "vitest";
import { createSchedule, linearSchedule, logLinearSchedule, maskProbability } from "./schedules.ts";
import type { ScheduleName } from "./schedules.ts";

const names: ScheduleName[] = ["loglinear", "cosine", "cosinesqr", "linear", "geometric"];

test.each(names)("%s gives the original's total noise and rate", (name) => {
  const noise = readFixture("noise.safetensors");
  const schedule = createSchedule(name);
  const total = fixtureNumbers(noise, `${name}.total`);
  const rate = fixtureNumbers(noise, `${name}.rate`);
  for (const [i, time] of fixtureNumbers(noise, "t").entries()) {
    expect(Math.abs(schedule.sigma(time) / total[i]! - 1)).toBeLessThan(1e-12);
    expect(Math.abs(schedule.rate(time) / rate[i]! - 1)).toBeLessThan(1e-12);
  }
});

test("the log-linear schedule masks (1 - eps) t of the tokens", () => {
  for (const time of [0, 1e-5, 0.3, 1]) {
    expect(maskProbability(logLinearSchedule(), time)).toBeCloseTo(0.999 * time, 14);
  }
});

test("an unknown name and parameters out of range are refused", () => {
  expect(() => createSchedule("sigmoid" as ScheduleName)).toThrow(/one of loglinear, cosine.*got sigmoid/);
  expect(() => logLinearSchedule({ eps: 1 })).toThrow(/eps must be a number above 0 and below 1; got 1/);
  expect(() => linearSchedule({ sigmaMin: 2, sigmaMax: 1 })).toThrow(/sigmaMax must be .* above 2; got 1/);
});
