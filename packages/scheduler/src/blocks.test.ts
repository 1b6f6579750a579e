import { chiSquaredPValue, countStates, textbookChain, threeByThree, toyDenoiser } from "@sdtt/testing";
import { expect, test } from "vitest";
import { createGrid } from "./grid.ts";
import { finishSampling } from "./lock-step.ts";
import { createMaskChain } from "./mask-chain.ts";
import { sample } from "./sample.ts";
import type { SampleOptions } from "./sample.ts";
import { logLinearSchedule } from "./schedules.ts";

const denoiser = threeByThree();
const batch = 12_000;
const schedule = logLinearSchedule();

/** The tokens of all texts after each step, seen by a projection that changes nothing. */
async function run(options: Partial<SampleOptions> & { readonly steps: number }): Promise<Int32Array[]> {
  const states = Array.from({ length: options.steps + 1 }, () => new Int32Array(batch * 3));
  const project: SampleOptions["project"] = (tokens, { text, stepsDone }) => {
    for (let step = stepsDone; step < states.length; step++) states[step]!.set(tokens, text * 3);
    return tokens;
  };
  await finishSampling(sample({ denoiser, length: 3, seed: 6, batch, project, ...options }));
  return states;
}

function leastPValue(states: readonly Int32Array[], distributions: readonly Float64Array[]): number {
  return Math.min(
    ...distributions.map((distribution, i) =>
      chiSquaredPValue(
        countStates(denoiser, states[i]!),
        Array.from(distribution, (probability) => probability * batch),
      ),
    ),
  );
}

/** Two blocks, of positions 0 and 1 and of position 2, in so many steps each. */
const blockOf = [0, 0, 1];

test("the plain chain in two blocks cannot be told from one that leaves the second alone until the first is written", async () => {
  const states = await run({ steps: 5, blocks: 2 });
  const parts = [2, 3];
  const enumerate = (parts: readonly number[]) =>
    textbookChain({
      denoiser,
      steps: 5,
      revealProbability(step, position) {
        const block = blockOf[position]!;
        const own = block === 0 ? step : step - parts[0]!;
        if (own < 0 || own >= parts[block]!) return 0;
        const { masked } = createGrid(schedule, parts[block]!);
        return own === parts[block]! - 1 ? 1 : 1 - masked(own + 1) / masked(own);
      },
    });
  expect(leastPValue(states, enumerate(parts))).toBeGreaterThan(1e-3);
  expect(leastPValue(states, enumerate([3, 2]))).toBe(0);
});

test("remasking stays in its block", async () => {
  const states = await run({ steps: 8, blocks: 2, sampler: "remdm-cap", eta: 0.3 });
  const enumerate = (distortion: number) => {
    const chain = createMaskChain({ sampler: "remdm-cap", schedule, steps: 4, finalPass: false, eta: 0.3 });
    const at = (values: Float64Array, step: number, position: number) =>
      Math.floor(step / 4) === blockOf[position] ? values[step % 4]! : 0;
    return textbookChain({
      denoiser,
      steps: 8,
      revealProbability: (step, position) => at(chain.reveal, step, position),
      remaskProbability: (step, position) => distortion * at(chain.remask, step, position),
    });
  };
  expect(leastPValue(states, enumerate(1))).toBeGreaterThan(1e-3);
  expect(leastPValue(states, enumerate(0.5))).toBeLessThan(1e-6);
});

test("first hitting in as many blocks as positions writes from left to right, from the joint distribution itself", async () => {
  const options = { denoiser, length: 3, seed: 9, batch, sampler: "first-hitting", blocks: 3 } as const;
  const { tokens, passes } = await finishSampling(sample(options));
  expect(passes).toBe(3);
  const joint = new Float64Array(64);
  for (const [text, probability] of denoiser.joint.entries()) {
    joint[Math.floor(text / 9) * 16 + (Math.floor(text / 3) % 3) * 4 + (text % 3)] = probability;
  }
  expect(leastPValue([tokens], [joint])).toBeGreaterThan(1e-3);
});

const wide = toyDenoiser({
  length: 8,
  vocabSize: 3,
  joint: Array.from({ length: 256 }, (_, text) => 1 + (text % 7)),
});

test.each<Partial<SampleOptions>>([
  { steps: 12 },
  { steps: 12, order: "confidence" },
  { steps: 12, order: "spread" },
  { steps: 12, sampler: "remdm-rescale", eta: 0.5 },
  { steps: 12, sampler: "remdm-conf" },
  { steps: 16, sampler: "remdm-loop", eta: 0.1 },
  { sampler: "first-hitting" },
  { sampler: "entropy-bounded", gamma: 1 },
  { sampler: "confidence-threshold", threshold: 0.55 },
])("%o in four blocks of the positions to write: each is whole before the next begins", async (options) => {
  const template = [wide.maskId, 0, wide.maskId, 1];
  // To write: 0, 2, 4, 5, 6, 7.
  const blocks = [[0, 2], [4], [5, 6], [7]];
  const common: SampleOptions = { denoiser: wide, length: 8, seed: 1, batch: 8, template, ...options };
  const steps: number[] = [];
  for await (const { tokens, step, steps: most } of sample({ ...common, blocks: 4 })) {
    for (let text = 0; text < 8; text++) {
      const isMasked = (position: number) => tokens[text * 8 + position] === wide.maskId;
      const begun = blocks.findLastIndex((block) => !block.every(isMasked));
      expect(blocks.slice(0, Math.max(0, begun)).flat().some(isMasked)).toBe(false);
    }
    steps.push(step);
    expect(step).toBeLessThan(most);
  }
  expect(steps.length).toBeGreaterThanOrEqual(4);
  const together = await finishSampling(sample({ ...common, blocks: 4 }));
  expect(together.tokens).not.toContain(wide.maskId);
  for (let text = 0; text < 8; text++) {
    const alone = await finishSampling(sample({ ...common, blocks: 4, batch: 1, sequenceOffset: text }));
    expect(alone.tokens).toEqual(together.tokens.slice(text * 8, text * 8 + 8));
    expect(alone.passes).toBe(together.passesPerText[text]);
  }
});

test("one block is the whole text, more blocks than positions are one for each, and what a projection masks is written again", async () => {
  const common: SampleOptions = { denoiser: wide, length: 8, seed: 1, steps: 100 };
  const plain = await finishSampling(sample(common));
  expect(await finishSampling(sample({ ...common, blocks: 1 }))).toEqual(plain);
  const many = await finishSampling(sample({ ...common, blocks: 100 }));
  expect(many.passes).toBe(8);
  const masked = await finishSampling(
    sample({
      ...common,
      blocks: 4,
      project: (tokens, { stepsDone }) => (stepsDone === 60 ? tokens.fill(wide.maskId, 0, 3) : tokens),
    }),
  );
  expect(masked.passes).toBeGreaterThan(8);
  expect(masked.tokens).not.toContain(wide.maskId);
});
