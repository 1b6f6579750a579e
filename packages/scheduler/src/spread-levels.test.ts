import { createStream } from "@sdtt/core";
import { chiSquaredPValue, threeByThree, toyDenoiser } from "@sdtt/testing";
import type { ToyDenoiser } from "@sdtt/testing";
import { expect, test } from "vitest";
import { finishSampling } from "./lock-step.ts";
import { sample } from "./sample.ts";
import type { SampleOptions } from "./sample.ts";
import { spreadLevels } from "./spread-levels.ts";

const levelsOf = (length: number, seed: number) => spreadLevels({ length, stream: createStream(seed) });

test.each([1, 2, 3, 8, 100, 256])(
  "levels of %i positions: one in each equal part, of any so many neighbours",
  (length) => {
    const levels = levelsOf(length, length);
    for (let parts = 1; parts <= length; parts *= 2) {
      for (let first = 0; first + parts <= length; first++) {
        const held = Array.from(levels.slice(first, first + parts), (level) => Math.floor(level * parts));
        expect(new Set(held).size).toBe(parts);
      }
    }
  },
);

test("levels are the digits of nested scrambling, one at a time", () => {
  const [length, stream] = [37, createStream(5)];
  const flips = stream.child("spread");
  const slowly = Array.from({ length }, (_, position) => {
    let level = 0;
    for (let bit = 0; bit < 6; bit++) {
      const lower = position % 2 ** bit;
      const digit = (position >> bit) & 1;
      const flipped = flips.uniform(2 ** bit + lower) < 0.5 ? 1 - digit : digit;
      level += flipped / 2 ** (bit + 1);
    }
    return level + stream.uniform(position) / 64;
  });
  expect(Array.from(spreadLevels({ length, stream }))).toEqual(slowly);
});

test("a single position has any level; neighbours never share a half", () => {
  const texts = 8000;
  const parts = 20;
  for (const position of [0, 3, 6]) {
    const counts = Array.from({ length: parts }, () => 0);
    for (let seed = 0; seed < texts; seed++) {
      const levels = levelsOf(7, seed);
      counts[Math.floor(levels[position]! * parts)]!++;
      expect(levels[position]! < 0.5).not.toBe((levels[position + 1] ?? levels[position - 1]!) < 0.5);
    }
    expect(
      chiSquaredPValue(
        counts,
        Array.from({ length: parts }, () => texts / parts),
      ),
    ).toBeGreaterThan(1e-3);
  }
});

const texts = 10_000;

/** The p-value of drawn texts against a distribution over all of them. */
async function pValue(
  denoiser: ToyDenoiser,
  options: Partial<SampleOptions>,
  distribution: readonly number[],
): Promise<number> {
  const length = Math.round(Math.log(distribution.length) / Math.log(denoiser.vocabSize - 1));
  const { tokens } = await finishSampling(sample({ denoiser, length, batch: texts, seed: 3, ...options }));
  const counts = Array.from({ length: distribution.length }, () => 0);
  for (let text = 0; text < texts; text++) {
    const ids = tokens.subarray(text * length, (text + 1) * length);
    counts[ids.reduce((number, id) => number * (denoiser.vocabSize - 1) + id, 0)]!++;
  }
  return chiSquaredPValue(
    counts,
    Array.from(distribution, (probability) => probability * texts),
  );
}

test("as many steps as there are positions draw from the joint distribution itself; in random order they do not", async () => {
  const joint = Array.from(
    { length: 81 },
    (_, text) => 1 + (text % 7) + (text % 3 === Math.floor(text / 27) ? 9 : 0),
  );
  const denoiser = toyDenoiser({ length: 4, vocabSize: 4, joint });
  expect(await pValue(denoiser, { steps: 4, order: "spread" }, denoiser.joint)).toBeGreaterThan(1e-3);
  expect(await pValue(denoiser, { steps: 4 }, denoiser.joint)).toBeLessThan(1e-6);
});

test("two steps draw every other position at once, from their own distributions, and then those between them", async () => {
  const denoiser = threeByThree();
  const distribution = distributionOfTwoSteps(denoiser);
  expect(await pValue(denoiser, { steps: 2, order: "spread" }, distribution)).toBeGreaterThan(1e-3);
  expect(await pValue(denoiser, { steps: 2 }, distribution)).toBeLessThan(1e-6);
  expect(await pValue(denoiser, { steps: 2, order: "spread" }, denoiser.joint)).toBeLessThan(1e-6);
});

/** Either both outer positions and then the one in the middle, or the other way round, by a fair coin. */
function distributionOfTwoSteps({ joint }: ToyDenoiser): number[] {
  const sum = (fits: (text: number) => boolean) =>
    joint.reduce((total, probability, text) => total + (fits(text) ? probability : 0), 0);
  const digits = (text: number) => [Math.floor(text / 9), Math.floor(text / 3) % 3, text % 3] as const;
  return joint.map((probability, text) => {
    const [a, b, c] = digits(text);
    const first = sum((other) => digits(other)[0] === a);
    const last = sum((other) => digits(other)[2] === c);
    const outer = sum((other) => digits(other)[0] === a && digits(other)[2] === c);
    const outerFirst = first * last * (probability / outer);
    const middle = sum((other) => digits(other)[1] === b);
    const left = sum((other) => digits(other)[0] === a && digits(other)[1] === b) / middle;
    const right = sum((other) => digits(other)[2] === c && digits(other)[1] === b) / middle;
    return (outerFirst + middle * left * right) / 2;
  });
}
