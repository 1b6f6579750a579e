import { expect, test } from "vitest";
import { compareWithTeacher, planReport } from "../index.ts";
import type { ReportRow, TeacherComparison } from "../index.ts";
import { stepsToReach } from "./steps-to-reach.ts";

/** Two texts, half a nat apart: a standard error of 0.25. */
const row = (
  label: string,
  steps: number,
  nats: number,
  { entropy = 5, temperature = 1 }: { readonly entropy?: number; readonly temperature?: number } = {},
): ReportRow => ({
  label,
  kind: "diffusion",
  steps,
  precision: "exact",
  temperature,
  passes: steps,
  secondsPerText: steps / 10,
  perplexity: Math.exp(nats),
  nats,
  standardError: 0.25,
  unigramEntropy: entropy,
  textNats: [nats - 0.25, nats + 0.25],
  textEntropies: [entropy, entropy],
  distinct: [0.5, 0.9],
  measures: {},
});
/** As `row`, with texts that are all the same. */
const sure = (...args: Parameters<typeof row>): ReportRow => {
  const found = row(...args);
  return { ...found, standardError: 0, textNats: [found.nats, found.nats] };
};

/** Temperatures 0.8 and 1: half a nat of entropy costs a nat. */
const frontier = (steps: number, nats: number) => [
  sure("teacher", steps, nats - 1, { entropy: 4.5, temperature: 0.8 }),
  sure("teacher", steps, nats, { entropy: 5, temperature: 1 }),
];
const teacher = [frontier(1, 7), frontier(4, 5), frontier(16, 4)].flat();

test("steps between two measurements lie on a line over their logarithm", () => {
  const curve = [
    sure("a", 1, 7, { entropy: 5.5 }),
    sure("a", 4, 5, { entropy: 5.3 }),
    sure("a", 16, 4, { entropy: 5.1 }),
  ];
  expect(stepsToReach(curve, 4.5)).toEqual({ kind: "about", steps: 8, unigramEntropy: expect.closeTo(5.2) });
  expect(stepsToReach(curve, 6)).toMatchObject({ kind: "about", steps: 2 });
  expect(stepsToReach(curve, 5)).toEqual({ kind: "about", steps: 4, unigramEntropy: 5.3 });
});

test("beyond what was measured a bound is given", () => {
  const curve = [sure("a", 1, 7, { entropy: 5.5 }), sure("a", 16, 4, { entropy: 5.1 })];
  expect(stepsToReach(curve, 3.9)).toEqual({ kind: "more-than", steps: 16, unigramEntropy: 5.1 });
  expect(stepsToReach(curve, 7.5)).toEqual({ kind: "at-most", steps: 1, unigramEntropy: 5.5 });
  // The first time counts, whatever comes later.
  const uneven = [row("a", 1, 5), row("a", 2, 4), row("a", 4, 6), row("a", 8, 3)];
  expect(stepsToReach(uneven, 4.5).steps).toBeCloseTo(Math.SQRT2, 12);
});

test("a student is compared with its teacher's texts of the same entropy", () => {
  // As good as the teacher at four steps by perplexity, but at its entropy the teacher is a half nat better.
  const [found] = compareWithTeacher([...teacher, sure("student", 1, 5, { entropy: 4.75 })], "teacher");
  expect(found).toMatchObject({
    label: "student",
    steps: 1,
    temperature: 1,
    atSameSteps: { steps: 1, nats: expect.closeTo(5 - 6.5, 12), entropyDifference: 0 },
    atMoreSteps: { steps: 4, nats: expect.closeTo(5 - 4.5, 12), standardError: 0, entropyDifference: 0 },
    verdict: "fails",
  });
  // Its nats lie at a quarter of the way between 6.5 at one step and 4.5 at four, over the logarithm.
  expect(found!.factor).toBeCloseTo(4 ** 0.75, 12);
});

test("a claim holds or fails where the difference is clear of the noise", () => {
  const verdicts = (...students: ReportRow[]) =>
    compareWithTeacher([...teacher, ...students], "teacher").map(({ verdict }) => verdict);
  expect(verdicts(row("s", 1, 4.4), row("s", 1, 4.6), row("s", 1, 5.4), row("s", 1, 5.6))).toEqual([
    "holds",
    "open",
    "open",
    "fails",
  ]);
  // Nothing is known of the teacher at 64 steps.
  expect(verdicts(sure("s", 16, 1))).toEqual(["unknown"]);
});

test("where the teacher's frontier ends before, only what is better or worse in both is told", () => {
  const verdict = (nats: number, entropy: number) =>
    compareWithTeacher([...teacher, sure("s", 1, nats, { entropy })], "teacher")[0]!.verdict;
  expect(verdict(4.9, 5.5)).toBe("holds");
  expect(verdict(5.1, 5.5)).toBe("unknown");
  expect(verdict(3.9, 4)).toBe("unknown");
  expect(verdict(4.1, 4)).toBe("fails");
  expect(verdict(3.9, 4.46)).toBe("holds");
});

test("precisions and kinds are not mixed", () => {
  const raced: ReportRow = { ...row("student", 1, 3), precision: "gumbel32" };
  const judge: ReportRow = { ...row("judge", 1, 3), kind: "autoregressive" };
  const baseline: ReportRow = { ...row("periodic", 1, 3), kind: "baseline" };
  expect(compareWithTeacher([...teacher, raced, judge, baseline], "teacher")).toEqual([]);
});

/** As `frontier`, in another order. */
const inOrder = (order: ReportRow["order"], rows: readonly ReportRow[]) =>
  rows.map((one): ReportRow => ({ ...one, order }));
const pairOf = ({ label, order, teacherOrder, atMoreSteps }: TeacherComparison) =>
  `${label} ${order} by ${teacherOrder}: ${atMoreSteps?.nats.toFixed(2)}`;

test("a student is compared with its teacher in the same order and in random order, the teacher with itself", () => {
  // In this order the teacher needs a nat less.
  const spread = inOrder("spread", [...frontier(1, 6), ...frontier(4, 4)]);
  const students = [
    sure("student", 1, 5.2),
    ...inOrder("spread", [sure("student", 1, 4.1)]),
    ...inOrder("confidence", [sure("student", 1, 4.7)]),
  ];
  const found = compareWithTeacher([...teacher, ...spread, ...students], "teacher");
  const atOne = found.filter(({ steps, temperature }) => steps === 1 && temperature === 1);
  expect(atOne.map(pairOf)).toEqual([
    // What the order gains alone, ...
    "teacher spread by random: 1.00",
    "student random by random: 0.20",
    // ... what the student gains in it, and both together.
    "student spread by spread: 0.10",
    "student spread by random: -0.90",
    // The teacher was not measured in the student's order.
    "student confidence by random: -0.30",
  ]);
  expect(atOne.map(({ verdict }) => verdict)).toEqual(["fails", "fails", "fails", "holds", "holds"]);
  // Steps are counted along one order alone: a nat and a tenth below 6 in spread order, between 5 and 7 in random order.
  expect(atOne[2]!.teacherSteps.steps).toBeCloseTo(4 ** 0.95, 12);
  expect(atOne[3]!.teacherSteps.steps).toBeCloseTo(4 * 4 ** 0.9, 12);
});

test("without an order a row is in random order, and orders do not change each other's comparisons", () => {
  const student = sure("student", 1, 5.2, { entropy: 4.8 });
  const alone = compareWithTeacher([...teacher, student], "teacher");
  expect(alone).toMatchObject([{ order: "random", teacherOrder: "random" }]);
  const said = compareWithTeacher(inOrder("random", [...teacher, student]), "teacher");
  expect(said).toEqual(alone);
  const spread = inOrder("spread", [...frontier(1, 6), sure("student", 1, 4.1)]);
  const together = compareWithTeacher([...teacher, ...spread, student], "teacher");
  expect(together.filter(({ order }) => order === "random")).toEqual(alone);
  const apart = compareWithTeacher(inOrder("spread", [...teacher, student]), "teacher");
  expect(apart).toEqual(alone.map((one) => ({ ...one, order: "spread", teacherOrder: "spread" })));
});

test("a plan goes model by model, and knows what cannot be", () => {
  const options = {
    labels: ["a", "b"],
    judge: "j",
    steps: [1, 2],
    precisions: ["exact", "gumbel32"],
    temperatures: [0.9, 1],
  } as const;
  const { teacher: first, cells } = planReport(options);
  expect(first).toBe("a");
  const ofOne = ["exact 1 0.9", "exact 1 1", "exact 2 0.9", "exact 2 1", "gumbel32 1 1", "gumbel32 2 1"];
  expect(
    cells.map(({ label, precision, steps, temperature }) => `${label} ${precision} ${steps} ${temperature}`),
  ).toEqual(["a", "b"].flatMap((label) => ofOne.map((cell) => `${label} ${cell}`)));
  expect(new Set(cells.map(({ order }) => order))).toEqual(new Set(["random"]));
  expect(() => planReport({ ...options, steps: [4, 2] })).toThrow(/ascend from 1; got 4, 2/);
  expect(() => planReport({ ...options, steps: [] })).toThrow(/ascend/);
  expect(() => planReport({ ...options, temperatures: [1, 0.9] })).toThrow(/above 0 that ascend; got 1, 0.9/);
  expect(() => planReport({ ...options, temperatures: [0] })).toThrow(/above 0/);
  expect(() => planReport({ ...options, orders: [] })).toThrow(/some of random, spread, confidence, each/);
  expect(() => planReport({ ...options, orders: ["spread", "spread"] })).toThrow(/once; got spread, spread/);
  expect(() => planReport({ ...options, orders: ["left" as "random"] })).toThrow(/once; got left/);
  expect(() => planReport({ ...options, labels: ["a", "a"] })).toThrow(/called a: give each its own label/);
  expect(() => planReport({ ...options, judge: "b" })).toThrow(/called b/);
  expect(() => planReport({ ...options, teacher: "c" })).toThrow(/teacher c is not one of the models a, b/);
});

test("a plan has each order under exact draws, and the published one alone under others", () => {
  const { cells } = planReport({
    labels: ["a"],
    judge: "j",
    steps: [1, 2],
    precisions: ["exact", "gumbel32"],
    temperatures: [1],
    orders: ["spread", "confidence"],
  });
  expect(cells.map(({ precision, order, steps }) => `${precision} ${order} ${steps}`)).toEqual([
    "exact spread 1",
    "exact spread 2",
    "exact confidence 1",
    "exact confidence 2",
    "gumbel32 random 1",
    "gumbel32 random 2",
  ]);
});
