import { createStream, tensor } from "@sdtt/core";
import type { Tensor } from "@sdtt/core";
import { input, linear, logSoftmax, scalar, serialize, zeros } from "@sdtt/graph";
import { evaluateProgram, fixtureNumbers, readFixture } from "@sdtt/testing";
import { describe, expect, test } from "vitest";
import { consistencyLoss } from "../consistency.ts";
import { crossEntropy } from "../cross-entropy.ts";
import { distillationLoss } from "../registry.ts";
import { consistencyGradient } from "./consistency.ts";
import { crossEntropyGradient } from "./cross-entropy.ts";
import { divergenceGradient, trainableLossNames } from "./divergences.ts";
import type { TrainableLossName } from "./divergences.ts";
import { inverseFakeLoss, inverseStudentLoss } from "../inverse-distillation.ts";
import { headLoss } from "./head-loss.ts";
import { logRatioGradient, softCrossEntropyGradient, softTargets } from "./inverse-distillation.ts";

const numbers = (value: Tensor) => Array.from(value.data, Number);
const float32 = (shape: number[], values: ArrayLike<number>) =>
  tensor("float32", shape, Float32Array.from(values));

/** The largest difference, as a share of the largest number. */
function relativeError(actual: readonly number[], expected: readonly number[]): number {
  expect(actual).toHaveLength(expected.length);
  const scale = Math.max(...expected.map(Math.abs));
  return Math.max(...expected.map((value, i) => Math.abs(value - actual[i]!))) / scale;
}

/** The first `count` columns of rows of `width`. */
const columns = (values: readonly number[], width: number, count: number) =>
  values.filter((_, i) => i % width < count);

const fixture = readFixture("losses.safetensors");
const [rows, vocab] = [24, 97];
const tokens = vocab - 1;
const studentLogits = fixtureNumbers(fixture, "student_logits");
const teacherLogits = fixtureNumbers(fixture, "teacher_logits");

async function meanOverRows(name: TrainableLossName) {
  const logits = input("logits", "float32", ["rows", tokens]);
  const teacher = input("teacher", "float32", ["rows", tokens]);
  const { loss, gradient } = divergenceGradient(name, logits, logSoftmax(teacher));
  const result = await evaluateProgram(serialize({ outputs: { loss, gradient } }), {
    logits: float32([rows, tokens], columns(studentLogits, vocab, tokens)),
    teacher: float32([rows, tokens], columns(teacherLogits, vocab, tokens)),
  });
  return {
    loss: numbers(result.loss!).reduce((a, b) => a + b, 0) / rows,
    gradient: numbers(result.gradient!).map((value) => value / rows),
  };
}

describe("divergences in float32 equal the original's", () => {
  const cases: [TrainableLossName, string, number][] = [
    ["kl-bwd", "kl_bwd.f32", vocab],
    ["kl-fwd", "kl_fwd.f32", vocab],
    ["mse", "mse_nomask.f64", tokens],
    ["tvd-log", "tvd_nomask.f64", tokens],
  ];
  for (const [name, key, width] of cases) {
    test(name, async () => {
      const { loss, gradient } = await meanOverRows(name);
      expect(relativeError([loss], fixtureNumbers(fixture, `${key}.loss`))).toBeLessThan(1e-4);
      const expected = columns(fixtureNumbers(fixture, `${key}.grad`), width, tokens);
      expect(relativeError(gradient, expected)).toBeLessThan(1e-4);
    });
  }
});

test("every divergence equals its float64 oracle on arrays", async () => {
  for (const name of trainableLossNames) {
    const oracle = distillationLoss(name).evaluate({
      student: Float64Array.from(studentLogits),
      teacher: Float64Array.from(teacherLogits),
      vocabSize: vocab,
    });
    const { loss, gradient } = await meanOverRows(name);
    expect(relativeError([loss], [oracle.loss])).toBeLessThan(1e-5);
    expect(relativeError(gradient, columns(Array.from(oracle.gradient), vocab, tokens))).toBeLessThan(1e-4);
  }
});

test("cross-entropy equals its float64 oracle", async () => {
  const targets = Array.from({ length: rows }, (_, row) => (row * 29) % tokens);
  const logits = columns(studentLogits, vocab, tokens);
  const pieces = crossEntropyGradient(
    input("logits", "float32", ["rows", tokens]),
    input("targets", "int64", ["rows"]),
  );
  const result = await evaluateProgram(serialize({ outputs: { ...pieces } }), {
    logits: float32([rows, tokens], logits),
    targets: tensor("int64", [rows], BigInt64Array.from(targets, BigInt)),
  });
  const oracle = crossEntropy({
    logits: Float64Array.from(logits),
    targets: Int32Array.from(targets),
    vocabSize: tokens,
    weights: new Float64Array(rows).fill(1),
  });
  expect(relativeError(numbers(result.loss!), Array.from(oracle.surprisal))).toBeLessThan(1e-5);
  expect(relativeError(numbers(result.gradient!), Array.from(oracle.gradient))).toBeLessThan(1e-5);
});

test("both losses of inverse distillation equal their float64 oracles", async () => {
  const fakeLogits = Float64Array.from(teacherLogits, (z, i) => z * 0.7 + Math.sin(i));
  const given = Array.from({ length: rows }, (_, row) => (row % 5 === 0 ? row : -1));
  const weights = new Float64Array(rows).fill(1);
  const distribution = (name: string) => logSoftmax(input(name, "float32", ["rows", tokens]));
  const logits = (name: string) => input(name, "float32", ["rows", tokens]);
  const oracle = {
    student: Float64Array.from(studentLogits),
    fake: fakeLogits,
    teacher: Float64Array.from(teacherLogits),
    vocabSize: vocab,
    weights,
  };
  const feeds = {
    student: float32([rows, tokens], columns(studentLogits, vocab, tokens)),
    fake: float32([rows, tokens], columns([...fakeLogits], vocab, tokens)),
    teacher: float32([rows, tokens], columns(teacherLogits, vocab, tokens)),
  };
  const expectEqual = (result: Record<string, Tensor>, wanted: { loss: number; gradient: Float64Array }) => {
    const loss = numbers(result.loss!).reduce((a, b) => a + b, 0);
    expect(relativeError([loss], [wanted.loss])).toBeLessThan(1e-4);
    const gradient = columns(Array.from(wanted.gradient), vocab, tokens);
    expect(relativeError(numbers(result.gradient!), gradient)).toBeLessThan(1e-4);
  };

  const student = logRatioGradient(logits("student"), distribution("fake"), distribution("teacher"));
  const ofStudent = await evaluateProgram(serialize({ outputs: { ...student } }), feeds);
  expectEqual(ofStudent, inverseStudentLoss(oracle));

  for (const regularization of [0, 0.3]) {
    const fake = softCrossEntropyGradient(
      logits("fake"),
      softTargets({
        given: input("given", "int64", ["rows"]),
        logits: logits("student"),
        teacher: { logits: logits("teacher"), share: regularization },
      }),
    );
    const { teacher, ...others } = feeds;
    const ids = tensor("int64", [rows], BigInt64Array.from(given, BigInt));
    const ofFake = await evaluateProgram(serialize({ outputs: { ...fake } }), {
      ...others,
      ...(regularization > 0 ? { teacher } : {}),
      given: ids,
    });
    expectEqual(ofFake, inverseFakeLoss({ ...oracle, given }, regularization));
  }
});

test("the loss of consistency equals its float64 oracle", async () => {
  const ids = Array.from({ length: rows }, (_, row) => (row * 29) % tokens);
  const divergenceWeights = Float32Array.from({ length: rows }, (_, row) => (row % 3 === 0 ? 0 : row / 4));
  const pieces = consistencyGradient({
    logits: input("student", "float32", ["rows", tokens]),
    target: logSoftmax(input("target", "float32", ["rows", tokens])),
    ids: input("ids", "int64", ["rows"]),
    divergenceWeights: input("divergence_weights", "float32", ["rows"]),
    dataWeight: 1.5,
  });
  const result = await evaluateProgram(serialize({ outputs: { ...pieces } }), {
    student: float32([rows, tokens], columns(studentLogits, vocab, tokens)),
    target: float32([rows, tokens], columns(teacherLogits, vocab, tokens)),
    ids: tensor("int64", [rows], BigInt64Array.from(ids, BigInt)),
    divergence_weights: tensor("float32", [rows], divergenceWeights),
  });
  const oracle = consistencyLoss({
    student: Float64Array.from(studentLogits),
    target: Float64Array.from(teacherLogits),
    ids,
    divergenceWeights,
    dataWeight: 1.5,
    vocabSize: vocab,
    weights: new Float64Array(rows).fill(1),
  });
  const loss = numbers(result.loss!).reduce((sum, value) => sum + value, 0);
  expect(relativeError([loss], [oracle.loss])).toBeLessThan(1e-5);
  const gradient = columns(Array.from(oracle.gradient), vocab, tokens);
  expect(relativeError(numbers(result.gradient!), gradient)).toBeLessThan(1e-4);
});

describe("the head's loss in one sweep", () => {
  const [count, width] = [11, 8];
  const stream = createStream(3);
  const random = (label: string, size: number) =>
    Float32Array.from({ length: size }, (_, i) => stream.child(label).uniform(i) - 0.5);
  const [student, teacher] = ["s", "t"].map((who) => ({
    hidden: random(`${who}h`, count * width),
    weight: random(`${who}w`, tokens * width),
    bias: random(`${who}b`, tokens),
  })) as [
    Record<"hidden" | "weight" | "bias", Float32Array>,
    Record<"hidden" | "weight" | "bias", Float32Array>,
  ];
  const rowWeights = Float32Array.from({ length: count }, (_, i) => (i === 4 ? 0 : 1 / (i + 1)));

  async function sweep(chunk: number) {
    const value = (name: string, shape: (number | string)[]) => input(name, "float32", shape);
    const [teacherWeight, teacherBias] = [value("tw", [tokens, width]), value("tb", [tokens])];
    const result = headLoss({
      hidden: value("h", ["rows", width]),
      weight: value("w", [tokens, width]),
      bias: value("b", [tokens]),
      rowWeights: value("row_weights", ["rows"]),
      rowInputs: [value("th", ["rows", width])],
      rowLoss: (logits, [hidden]) =>
        divergenceGradient("kl-bwd", logits, logSoftmax(linear(hidden!, teacherWeight, teacherBias))),
      loss: scalar("float32", 0),
      weightGradient: zeros("float32", [tokens, width]),
      biasGradient: zeros("float32", [tokens]),
      chunk,
    });
    const evaluated = await evaluateProgram(serialize({ outputs: { ...result } }), {
      h: float32([count, width], student.hidden),
      w: float32([tokens, width], student.weight),
      b: float32([tokens], student.bias),
      th: float32([count, width], teacher.hidden),
      tw: float32([tokens, width], teacher.weight),
      tb: float32([tokens], teacher.bias),
      row_weights: float32([count], rowWeights),
    });
    return Object.fromEntries(Object.entries(evaluated).map(([name, result]) => [name, numbers(result)]));
  }

  test("is the same in chunks of any size, and equals the plain way", async () => {
    const whole = await sweep(100);
    for (const chunk of [1, 4, 11]) {
      const parts = await sweep(chunk);
      for (const [name, values] of Object.entries(whole)) {
        expect(relativeError(parts[name]!, values), `${name} in chunks of ${chunk}`).toBeLessThan(1e-5);
      }
    }
    const logits = ({ hidden, weight, bias }: typeof student) =>
      Float64Array.from({ length: count * vocab }, (_, i) => {
        const [row, id] = [Math.floor(i / vocab), i % vocab];
        if (id === tokens) return 0;
        return weight
          .subarray(id * width, (id + 1) * width)
          .reduce((sum, w, j) => sum + w * hidden[row * width + j]!, bias[id]!);
      });
    const oracle = distillationLoss("kl-bwd").evaluate({
      student: logits(student),
      teacher: logits(teacher),
      vocabSize: vocab,
      weights: rowWeights,
    });
    expect(relativeError(whole["loss"]!, [oracle.loss])).toBeLessThan(1e-5);
    const byLogits = columns(Array.from(oracle.gradient), vocab, tokens);
    const biasGradient = Array.from({ length: tokens }, (_, id) =>
      byLogits.reduce((sum, value, i) => (i % tokens === id ? sum + value : sum), 0),
    );
    expect(relativeError(whole["biasGradient"]!, biasGradient)).toBeLessThan(1e-4);
    const hiddenGradient = Array.from({ length: count * width }, (_, i) => {
      const [row, j] = [Math.floor(i / width), i % width];
      return Array.from(
        { length: tokens },
        (_, id) => byLogits[row * tokens + id]! * student.weight[id * width + j]!,
      ).reduce((a, b) => a + b);
    });
    expect(relativeError(whole["hiddenGradient"]!, hiddenGradient)).toBeLessThan(1e-4);
  });
});
