import { createStream } from "@sdtt/core";
import { expect, test } from "vitest";
import { mean, standardError } from "../statistics.ts";
import { differenceFromFrontier, frontierAt } from "./frontier.ts";
import type { ReportRow } from "./report-row.ts";

/** Texts of known nats and entropies. */
function rowOf(textNats: readonly number[], textEntropies: readonly number[]): ReportRow {
  const nats = mean(textNats);
  return {
    label: "model",
    kind: "diffusion",
    steps: 16,
    precision: "exact",
    temperature: 1,
    passes: 16,
    secondsPerText: 1,
    perplexity: Math.exp(nats),
    nats,
    standardError: standardError(textNats),
    unigramEntropy: mean(textEntropies),
    textNats,
    textEntropies,
    distinct: [],
    measures: {},
  };
}

const at = (nats: number, entropy: number) => rowOf([nats], [entropy]);
// Not in the order of their entropies.
const frontier = [at(5.6, 5.6), at(4, 5), at(4.4, 5.2)];

test("between two measurements a frontier is a straight line", () => {
  expect(frontierAt(frontier, 5.1)).toMatchObject({
    nats: expect.closeTo(4.2, 12),
    unigramEntropy: 5.1,
    slope: expect.closeTo(2, 12),
    between: [
      { row: frontier[1], weight: expect.closeTo(0.5, 12) },
      { row: frontier[2], weight: expect.closeTo(0.5, 12) },
    ],
  });
  expect(frontierAt(frontier, 5.5).nats).toBeCloseTo(4.4 + 0.75 * 1.2, 12);
  expect(frontierAt(frontier, 5.2).nats).toBeCloseTo(4.4, 12);
});

test("beyond its ends a frontier is its end, and says where that is", () => {
  for (const [entropy, end] of [
    [4.2, frontier[1]!],
    [5, frontier[1]!],
    [6, frontier[0]!],
  ] as const) {
    const { nats, unigramEntropy } = end;
    expect(frontierAt(frontier, entropy)).toEqual({
      nats,
      unigramEntropy,
      slope: 0,
      between: [{ row: end, weight: 1 }],
    });
  }
  expect(frontierAt([frontier[2]!], 5.3).nats).toBe(4.4);
  expect(differenceFromFrontier(at(3.5, 4.2), frontier)).toEqual({
    steps: 16,
    nats: -0.5,
    standardError: Number.NaN,
    entropyDifference: expect.closeTo(-0.8, 12),
  });
});

test("the standard error of a difference is that of a case counted by hand", () => {
  const low = rowOf([3, 5], [5, 5]);
  const high = rowOf([5, 7], [5.4, 5.4]);
  // The slope is 5, both weights are a half: text 1 differs by 4 - 4, text 2 by 5 - 6.
  const found = differenceFromFrontier(rowOf([4, 5], [5.2, 5.2]), [low, high]);
  expect(found).toMatchObject({ nats: expect.closeTo(-0.5, 12), standardError: expect.closeTo(0.5, 12) });
  // Entropies that differ by 0.2 around the same mean move the texts by one nat along the frontier.
  const moved = differenceFromFrontier(rowOf([4, 5], [5.1, 5.3]), [low, high]);
  expect(moved.nats).toBeCloseTo(-0.5, 12);
  // Text 1: 4 + 0.5 - 4, text 2: 5 - 0.5 - 6.
  expect(moved.standardError).toBeCloseTo(1, 12);
});

/** Texts of a student and of a teacher at two temperatures, which vary together, as those of one seed do. */
function drawRows(seed: number, count: number): readonly [ReportRow, ReportRow, ReportRow] {
  const stream = createStream(seed);
  const normal = (counter: number) =>
    Math.sqrt(-2 * Math.log(1 - stream.uniform(2 * counter))) *
    Math.cos(2 * Math.PI * stream.uniform(2 * counter + 1));
  const row = (place: number, nats: number, entropy: number) => {
    const texts = Array.from({ length: count }, (_, i) => {
      const [shared, own, other] = [i, count * (2 * place + 1) + i, count * (2 * place + 2) + i].map(normal);
      return [nats + 0.3 * shared! + 0.2 * own!, entropy + 0.1 * shared! + 0.05 * other!] as const;
    });
    return rowOf(
      texts.map(([nats]) => nats),
      texts.map(([, entropy]) => entropy),
    );
  };
  return [row(0, 4.1, 5.15), row(1, 4, 5), row(2, 4.6, 5.3)];
}

test("the standard error is that of numeric derivatives and the covariance of all that was measured", () => {
  const rows = drawRows(1, 40);
  const [student, low, high] = rows;
  const values = rows.flatMap(({ textNats, textEntropies }) => [textNats, textEntropies]);
  const difference = ([n, h, nLow, hLow, nHigh, hHigh]: readonly number[]) =>
    n! - nLow! - ((h! - hLow!) / (hHigh! - hLow!)) * (nHigh! - nLow!);
  const means = values.map(mean);
  const gradient = means.map((_, j) => {
    const step = 1e-6;
    const moved = (by: number) => difference(means.map((value, i) => (i === j ? value + by : value)));
    return (moved(step) - moved(-step)) / (2 * step);
  });
  const covariance = (a: readonly number[], b: readonly number[]) =>
    mean(a.map((value, i) => (value - mean(a)) * (b[i]! - mean(b)))) / (a.length - 1);
  let variance = 0;
  for (const [i, a] of values.entries()) {
    for (const [j, b] of values.entries()) variance += gradient[i]! * gradient[j]! * covariance(a, b);
  }
  const found = differenceFromFrontier(student, [low, high]);
  expect(found.nats).toBeCloseTo(difference(means), 12);
  expect(found.standardError).toBeCloseTo(Math.sqrt(variance), 8);
});

test("the standard error is how much the difference varies when everything is drawn again", () => {
  const found = Array.from({ length: 400 }, (_, seed) => {
    const [student, ...teacher] = drawRows(seed + 1, 32);
    return differenceFromFrontier(student, teacher);
  });
  const spread = standardError(found.map(({ nats }) => nats)) * Math.sqrt(found.length);
  const told = mean(found.map(({ standardError }) => standardError));
  expect(told / spread).toBeGreaterThan(0.9);
  expect(told / spread).toBeLessThan(1.1);
});
