import { expect, test } from "vitest";
import { compareWithTeacher, planReport } from "../index.ts";
import type { ReportRow } from "../index.ts";
import { stepsToReach } from "./steps-to-reach.ts";

const row = (label: string, steps: number, nats: number, unigramEntropy = 5): ReportRow => ({
  label,
  kind: "diffusion",
  steps,
  precision: "exact",
  passes: steps,
  secondsPerText: steps / 10,
  perplexity: Math.exp(nats),
  nats,
  standardError: 0.01,
  unigramEntropy,
  distinct: [0.5, 0.9],
});

const teacher = [row("teacher", 1, 7, 5.5), row("teacher", 4, 5, 5.3), row("teacher", 16, 4, 5.1)];

test("steps between two measurements lie on a line over their logarithm", () => {
  expect(stepsToReach(teacher, 4.5)).toEqual({
    kind: "about",
    steps: 8,
    unigramEntropy: expect.closeTo(5.2),
  });
  expect(stepsToReach(teacher, 6)).toMatchObject({ kind: "about", steps: 2 });
  expect(stepsToReach(teacher, 5)).toEqual({ kind: "about", steps: 4, unigramEntropy: 5.3 });
});

test("beyond what was measured a bound is given", () => {
  expect(stepsToReach(teacher, 3.9)).toEqual({ kind: "more-than", steps: 16, unigramEntropy: 5.1 });
  expect(stepsToReach(teacher, 7.5)).toEqual({ kind: "at-most", steps: 1, unigramEntropy: 5.5 });
  // The first time counts, whatever comes later.
  const uneven = [row("a", 1, 5), row("a", 2, 4), row("a", 4, 6), row("a", 8, 3)];
  expect(stepsToReach(uneven, 4.5).steps).toBeCloseTo(Math.SQRT2, 12);
});

test("a student holds the claim by its factor and its entropy, or it cannot be told", () => {
  const students = [row("student", 1, 4.5, 5.1), row("student", 4, 3.9, 5), row("student", 16, 3.8, 5)];
  const [first, second, third] = compareWithTeacher([...teacher, ...students], "teacher");
  expect(first).toMatchObject({ factor: 8, holds: true, entropyDifference: expect.closeTo(-0.1) });
  expect(first!.perplexityRatio).toBeCloseTo(Math.exp(4.5 - 7), 12);
  expect(first!.entropyDifferenceAtSameSteps).toBeCloseTo(-0.4, 12);
  expect(second).toMatchObject({ factor: 4, holds: true, teacherSteps: { kind: "more-than" } });
  expect(third).toMatchObject({ factor: 1, holds: undefined });
  const poor = compareWithTeacher([...teacher, row("student", 1, 4.5, 4.9)], "teacher");
  expect(poor[0]!.holds).toBe(false);
  const slow = compareWithTeacher([...teacher, row("student", 4, 4.9)], "teacher");
  expect(slow[0]!.holds).toBe(false);
});

test("precisions and kinds are not mixed", () => {
  const raced: ReportRow = { ...row("student", 1, 3), precision: "gumbel32" };
  const judge: ReportRow = { ...row("judge", 1, 3), kind: "autoregressive" };
  expect(compareWithTeacher([...teacher, raced, judge], "teacher")).toEqual([]);
});

test("a plan goes model by model, and knows what cannot be", () => {
  const options = {
    labels: ["a", "b"],
    judge: "j",
    steps: [1, 2],
    precisions: ["exact", "gumbel32"],
  } as const;
  const { teacher: first, cells } = planReport(options);
  expect(first).toBe("a");
  expect(cells.map(({ label, precision, steps }) => `${label} ${precision} ${steps}`)).toEqual([
    "a exact 1",
    "a exact 2",
    "a gumbel32 1",
    "a gumbel32 2",
    "b exact 1",
    "b exact 2",
    "b gumbel32 1",
    "b gumbel32 2",
  ]);
  expect(() => planReport({ ...options, steps: [4, 2] })).toThrow(/ascend from 1; got 4, 2/);
  expect(() => planReport({ ...options, steps: [] })).toThrow(/ascend/);
  expect(() => planReport({ ...options, labels: ["a", "a"] })).toThrow(/called a: give each its own label/);
  expect(() => planReport({ ...options, judge: "b" })).toThrow(/called b/);
  expect(() => planReport({ ...options, teacher: "c" })).toThrow(/teacher c is not one of the models a, b/);
});
