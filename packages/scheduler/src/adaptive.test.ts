import { createStream } from "@sdtt/core";
import type { Denoiser, DrawRequest } from "@sdtt/core";
import { adaptiveChain, chiSquaredPValue, countStates, toyDenoiser } from "@sdtt/testing";
import type { DrawnPosition } from "@sdtt/testing";
import { expect, test } from "vitest";
import { finishSampling } from "./lock-step.ts";
import type { SampleResult } from "./lock-step.ts";
import { sample } from "./sample.ts";
import type { SampleOptions } from "./sample.ts";
import { linearSchedule, maskProbability } from "./schedules.ts";

const stream = createStream(4);
/** Three positions and three tokens, no two distributions or probabilities equal: nothing is left to how ties are decided. */
const denoiser = toyDenoiser({
  length: 3,
  vocabSize: 4,
  joint: Array.from({ length: 27 }, (_, text) => 0.02 + stream.uniform(text) ** 4),
});
const common = { denoiser, length: 3, batch: 4000 };

type Stands = (drawn: readonly DrawnPosition[]) => readonly boolean[];

const entropyOf = (distribution: Float64Array) =>
  distribution.reduce((sum, share) => (share > 0 ? sum - share * Math.log(share) : sum), 0);

/** The published rules, as plainly as they can be said. */
const rules = {
  entropyBounded:
    (gamma: number): Stands =>
    (drawn) => {
      const entropies = drawn.map(({ distribution }) => entropyOf(distribution));
      const ordered = entropies.toSorted((a, b) => a - b);
      const fits = (count: number) => {
        const run = ordered.slice(0, count);
        return run.reduce((a, b) => a + b, 0) - Math.max(...run) <= gamma;
      };
      const count = Math.max(1, ...ordered.map((_, i) => (fits(i + 1) ? i + 1 : 1)));
      return entropies.map((entropy) => entropy <= ordered[count - 1]!);
    },
  threshold:
    (threshold: number): Stands =>
    (drawn) => {
      const confidences = drawn.map(({ distribution, id }) => distribution[id]!);
      return confidences.map(
        (confidence) => confidence >= threshold || confidence === Math.max(...confidences),
      );
    },
  factor:
    (factor: number): Stands =>
    (drawn) => {
      const confidences = drawn.map(({ distribution, id }) => distribution[id]!);
      const ordered = confidences.toSorted((a, b) => b - a);
      let count = 1;
      while (count < ordered.length && ordered[count]! >= 1 - factor / (count + 2)) count++;
      return confidences.map((confidence) => confidence >= ordered[count - 1]!);
    },
};

/** The tokens of all texts after each pass. */
async function run(options: SampleOptions): Promise<Int32Array[]> {
  const states: Int32Array[] = [];
  for await (const event of sample(options)) states.push(event.tokens);
  return states;
}

/** The least p-value of a run's states after each pass, against an enumerated chain. */
function leastPValue(states: readonly Int32Array[], stands: Stands): number {
  const distributions = adaptiveChain({ denoiser, stands });
  return Math.min(
    ...states.map((tokens, pass) =>
      chiSquaredPValue(
        countStates(denoiser, tokens),
        Array.from(distributions[pass + 1]!, (probability) => (probability * tokens.length) / 3),
      ),
    ),
  );
}

test.each<[string, Partial<SampleOptions>, Stands, Stands]>([
  [
    "entropy-bounded",
    { sampler: "entropy-bounded", gamma: 0 },
    rules.entropyBounded(0),
    rules.entropyBounded(0.9),
  ],
  [
    "entropy-bounded",
    { sampler: "entropy-bounded", gamma: 0.9 },
    rules.entropyBounded(0.9),
    rules.entropyBounded(0),
  ],
  [
    "entropy-bounded",
    { sampler: "entropy-bounded", gamma: Infinity },
    rules.entropyBounded(Infinity),
    rules.entropyBounded(0.9),
  ],
  [
    "confidence-threshold",
    { sampler: "confidence-threshold", threshold: 0.45 },
    rules.threshold(0.45),
    rules.threshold(0.5),
  ],
  ["confidence-factor", { sampler: "confidence-factor", factor: 1.5 }, rules.factor(1.5), rules.factor(1.7)],
])(
  "%s with %o cannot be told from its enumerated chain after any pass, but from one with another bound",
  async (_, options, rule, other) => {
    const states = await run({ ...common, ...options, seed: 21 });
    expect(leastPValue(states, rule)).toBeGreaterThan(1e-3);
    expect(leastPValue(states, other)).toBeLessThan(1e-6);
  },
);

/** Eight positions of two tokens. */
const wide = toyDenoiser({
  length: 8,
  vocabSize: 3,
  joint: Array.from({ length: 256 }, (_, text) => stream.child("wide").uniform(text) ** 6),
});
const entropyBounded = (gamma: number, options: Partial<SampleOptions> = {}): Promise<SampleResult> =>
  finishSampling(
    sample({ denoiser: wide, length: 8, seed: 3, sampler: "entropy-bounded", gamma, ...options }),
  );

test("a bound of 0 reveals one position a pass, one of Infinity all at once", async () => {
  expect((await entropyBounded(0, { batch: 4 })).passesPerText).toEqual(Int32Array.of(8, 8, 8, 8));
  expect((await entropyBounded(Infinity, { batch: 4 })).passesPerText).toEqual(Int32Array.of(1, 1, 1, 1));
  // Positions that are certain as well.
  const certain = toyDenoiser({ length: 3, vocabSize: 3, joint: [0, 0, 0, 0, 0, 1, 0, 0] });
  const options = { denoiser: certain, length: 3, seed: 1, sampler: "entropy-bounded" } as const;
  expect(await finishSampling(sample({ ...options, gamma: 0 }))).toMatchObject({ passes: 3 });
  expect(await finishSampling(sample({ ...options, gamma: 1e-9 }))).toMatchObject({ passes: 1 });
});

test("texts of one batch take passes of their own, and the passes of the batch are those of the longest", async () => {
  const { passes, passesPerText } = await entropyBounded(0.5, { batch: 16 });
  expect(new Set(passesPerText).size).toBeGreaterThan(1);
  expect(passes).toBe(Math.max(...passesPerText));
});

test("what equals reveal first is drawn, not the first position", async () => {
  const uniform = toyDenoiser({ length: 8, vocabSize: 3, joint: Array.from({ length: 256 }, () => 1) });
  const first = new Set<number>();
  for (let seed = 0; seed < 40; seed++) {
    const options = { denoiser: uniform, length: 8, seed, sampler: "entropy-bounded", gamma: 0 } as const;
    for await (const { revealed } of sample(options)) {
      first.add(revealed.rows[0]!);
      break;
    }
  }
  expect(first.size).toBe(8);
});

test("asks at all masked positions, at the noise level of the share that is masked, and for entropies where it needs them", async () => {
  const requests: DrawRequest[] = [];
  const watched: Denoiser = {
    ...wide,
    draw(request) {
      requests.push(request);
      return wide.draw(request);
    },
  };
  const schedule = linearSchedule({ sigmaMin: 0.1, sigmaMax: 6 });
  await entropyBounded(0, { denoiser: watched, schedule, template: [0, 1] });
  expect(requests.map(({ rows }) => rows.length)).toEqual([6, 5, 4, 3, 2, 1]);
  for (const { rows, sigma, entropies } of requests) {
    const masked = (rows.length / 8) * maskProbability(schedule, 1);
    expect(1 - Math.exp(-sigma![0]!)).toBeCloseTo(masked, 6);
    expect(entropies).toBe(true);
  }
  const threshold = { sampler: "confidence-threshold", gamma: undefined } as const;
  await entropyBounded(0, { denoiser: watched, ...threshold });
  expect(requests.at(-1)!.entropies).toBeFalsy();
});

test("a projection that masks again is followed until nothing is masked", async () => {
  const { tokens, passes } = await entropyBounded(0, {
    project: (tokens, { stepsDone }) => (stepsDone === 4 ? tokens.fill(wide.maskId, 0, 8) : tokens),
  });
  expect(passes).toBe(12);
  expect(tokens).not.toContain(wide.maskId);
});

test.each<[string, (entropies: Float32Array) => Float32Array | undefined, object]>([
  [
    "no entropies",
    () => undefined,
    { code: "usage", message: expect.stringMatching(/returns no `entropies`/) },
  ],
  ["too few", (entropies) => entropies.slice(1), { code: "usage" }],
  ["broken ones", (entropies) => entropies.fill(Number.NaN), { code: "numeric" }],
])("a denoiser that returns %s is refused", async (_, change, error) => {
  const lacking: Denoiser = {
    ...wide,
    async draw(request) {
      const draws = await wide.draw(request);
      return { ...draws, entropies: change(draws.entropies!) };
    },
  };
  await expect(entropyBounded(1, { denoiser: lacking })).rejects.toMatchObject(error);
});
