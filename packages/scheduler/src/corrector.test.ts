import { createStream } from "@sdtt/core";
import { chiSquaredPValue, countStates, threeByThree } from "@sdtt/testing";
import { describe, expect, test } from "vitest";
import { createSequence } from "./create-sequence.ts";
import { finishSampling } from "./lock-step.ts";
import { sample } from "./sample.ts";
import type { SampleOptions } from "./sample.ts";
import type { Sequence } from "./sequence.ts";

const denoiser = threeByThree();
const { maskId, vocabSize } = denoiser;
const batch = 12_000;

/** How well texts of three positions fit the joint distribution of the toy. */
async function fitOf(options: Partial<SampleOptions>): Promise<number> {
  const { tokens } = await finishSampling(sample({ denoiser, length: 3, seed: 5, batch, ...options }));
  const expected = new Float64Array(64);
  for (const [text, probability] of denoiser.joint.entries()) {
    const state = Math.floor(text / 9) * 16 + (Math.floor(text / 3) % 3) * 4 + (text % 3);
    expected[state] = probability * batch;
  }
  return chiSquaredPValue(countStates(denoiser, tokens), [...expected]);
}

describe("the distribution of corrector steps", () => {
  // Of three positions, a step has one at most: the sweeps are Gibbs sampling to the letter.
  test("a text of the joint distribution keeps it", async () => {
    expect(await fitOf({ sampler: "first-hitting", correctorSteps: 4 })).toBeGreaterThan(1e-3);
    expect(await fitOf({ sampler: "first-hitting", correctorSteps: 7, seed: 6 })).toBeGreaterThan(1e-3);
  });

  test("a text whose tokens were drawn all at once comes to the joint distribution, which it does not have without", async () => {
    expect(await fitOf({ steps: 1 })).toBe(0);
    expect(await fitOf({ steps: 1, correctorSteps: 1 })).toBeLessThan(1e-6);
    expect(await fitOf({ steps: 1, correctorSteps: 80 })).toBeGreaterThan(1e-3);
  });
});

/** Runs a sequence by draws that tell the step, and gives what each step asked about. */
function walk(sequence: Sequence): { step: number; positions: number[]; read: Int32Array }[] {
  const asked: { step: number; positions: number[]; read: Int32Array }[] = [];
  for (let request = sequence.next(); request; request = sequence.next()) {
    const { step, positions, tokens: read } = request;
    asked.push({ step, positions: [...positions], read });
    const ids = Int32Array.from(positions, () => step % maskId);
    const entropies = new Float32Array(ids.length);
    sequence.apply({ ids, logProbs: new Float32Array(ids.length).fill(-1), entropies });
  }
  return asked;
}

const length = 64;
/** Two words are given: one at the beginning, one in the middle. */
const template = Int32Array.from({ length }, (_, position) =>
  position === 0 || position === 30 ? 1 : maskId,
);
const options = { template, vocabSize, maskId, stream: createStream(3) };

describe.each([
  { steps: 8 },
  { steps: 8, order: "spread" },
  { steps: 8, blocks: 2 },
  { steps: 8, sampler: "remdm-cap" },
  { sampler: "first-hitting" },
  { sampler: "entropy-bounded", gamma: 0 },
] as const)("corrector steps after %j", (reveal) => {
  const sequence = createSequence({ ...options, ...reveal, correctorSteps: 10 });
  const asked = walk(sequence);
  const correcting = asked.slice(-10);

  test("come when all is written, as many as were asked for", () => {
    const { read, positions } = correcting[0]!;
    expect([...read.keys()].filter((position) => read[position] === maskId)).toEqual(positions);
    const first = correcting[0]!.step;
    expect(correcting.map(({ step }) => step)).toEqual(Array.from({ length: 10 }, (_, i) => first + i));
    expect(sequence.steps).toBe(first + 10);
    expect([...sequence.tokens]).not.toContain(maskId);
  });

  test("draw every position that was not given once a sweep, no two of four neighbours together", () => {
    const open = [...template.keys()].filter((position) => template[position] === maskId);
    for (const sweep of [correcting.slice(0, 4), correcting.slice(4, 8)]) {
      const all = sweep.flatMap(({ positions }) => positions);
      expect(all.toSorted((a, b) => a - b)).toEqual(open);
      for (const { positions } of sweep) {
        const distances = positions.slice(1).map((position, i) => position - positions[i]!);
        // Of four neighbours each is in another part, wherever the four begin.
        expect(new Set(positions.map((position) => Math.floor(position / 4))).size).toBe(positions.length);
        expect(Math.min(...distances)).toBeGreaterThan(0);
      }
    }
    expect(correcting[0]!.positions).not.toEqual(correcting[4]!.positions);
  });

  test("show the model masks where they ask, and the text everywhere else", () => {
    for (const { read, positions } of correcting) {
      for (const position of read.keys()) {
        if (positions.includes(position)) expect(read[position]).toBe(maskId);
        else expect(read[position]).not.toBe(maskId);
      }
    }
  });
});

test("an event tells what was masked again and what stands there now; the text has no masks in between", async () => {
  const steps = sample({ denoiser, length: 3, seed: 1, batch: 5, steps: 2, correctorSteps: 4 });
  let corrections = 0;
  for await (const { step, steps: all, revealed, remasked, tokens } of steps) {
    expect(all).toBe(6);
    if (step < 2) continue;
    corrections++;
    expect(remasked).toEqual(revealed.rows);
    expect(remasked.length).toBeGreaterThan(0);
    expect([...tokens]).not.toContain(maskId);
  }
  // Of four parts of three positions one is empty, but not the same in every text.
  expect(corrections).toBe(4);
});

test("a text does not depend on its batch", async () => {
  const shape = { denoiser, length: 3, seed: 9, steps: 3, correctorSteps: 5 };
  const together = await finishSampling(sample({ ...shape, batch: 6 }));
  for (let text = 0; text < 6; text++) {
    const alone = await finishSampling(sample({ ...shape, sequenceOffset: text }));
    expect([...alone.tokens]).toEqual([...together.tokens.subarray(3 * text, 3 * text + 3)]);
    expect(alone.passesPerText[0]).toBe(together.passesPerText[text]);
  }
});

test("what a projection masks in the meantime is drawn by the next of them", async () => {
  const masking = (tokens: Int32Array, { stepsDone }: { stepsDone: number }) =>
    stepsDone === 3 ? tokens.fill(maskId) : tokens;
  const { tokens } = await finishSampling(
    sample({ denoiser, length: 3, seed: 2, batch: 4, steps: 2, correctorSteps: 3, project: masking }),
  );
  expect([...tokens]).not.toContain(maskId);
});

test.each([
  [{ correctorSteps: -1 }, /correctorSteps/],
  [{ correctorSteps: 1.5 }, /correctorSteps/],
  [{ correctorSteps: 65_537 }, /correctorSteps/],
  [{ correctorSteps: 4, finalPass: true }, /A text with corrector steps has no final pass/],
  [{ correctorSteps: 4, precision: "gumbel32" }, /corrector steps/],
] as const)("refuses %j", (change, message) => {
  expect(() => sample({ denoiser, length: 3, seed: 1, steps: 2, ...change })).toThrow(message);
});
