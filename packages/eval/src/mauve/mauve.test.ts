import { createStream } from "@sdtt/core";
import { fixtureNumbers, readFixture } from "@sdtt/testing";
import { expect, test } from "vitest";
import { mauve, mauveOfFeatures } from "../index.ts";
import { mean, standardDeviation } from "../statistics.ts";
import { areaUnder, divergenceCurve } from "./divergence-curve.ts";
import type { FeatureModel } from "./mauve.ts";
import { principalComponents } from "./principal-components.ts";
import { matrix } from "./matrix.ts";

const fixture = readFixture("mauve/expected.safetensors");
const numbers = (key: string) => fixtureNumbers(fixture, key);
const features = (key: string) => ({ data: numbers(key), rows: 300, columns: 24 });
const [samples, reference] = [features("samples"), features("reference")];
const normals = (count: number, seed: number) => {
  const stream = createStream(seed);
  return Float32Array.from({ length: count }, (_, i) => stream.uniform(i) + stream.uniform(i + count) - 1);
};

test("equals scikit-learn's on the same features, within the spread of the seeds", async () => {
  const found = await mauveOfFeatures({ samples, reference });
  const [centre, spread] = [mean(numbers("values")), standardDeviation(numbers("values"))];
  expect(found).toMatchObject({ components: numbers("components")[0], clusters: 30 });
  // The mean of five seeds against that of twenty: three standard errors of their difference.
  expect(Math.abs(found.mauve - centre)).toBeLessThan(3 * spread * Math.sqrt(1 / 5 + 1 / 20));
  expect(found.standardDeviation).toBeGreaterThan(spread / 3);
  expect(found.standardDeviation).toBeLessThan(3 * spread);
  const again = await mauveOfFeatures({ samples, reference, seeds: [2] });
  expect(again.mauve).toBe(found.values[1]);
});

test("the components are scikit-learn's", async () => {
  const rows = matrix(600, 24, [...samples.data, ...reference.data]);
  for (let i = 0; i < rows.rows; i++) {
    const row = rows.data.subarray(24 * i, 24 * (i + 1));
    const length = Math.hypot(...row);
    row.forEach((value, j) => (row[j] = value / length));
  }
  const { shares } = await principalComponents(rows, { variance: 0.9, pause: () => {} });
  numbers("shares").forEach((share, i) => expect(shares[i]).toBeCloseTo(share, 10));
});

test("the curve of two distributions has scikit-learn's area, both ways", () => {
  const curve = divergenceCurve(numbers("p"), numbers("q"), { scaling: 5, mixtures: 25 });
  expect(areaUnder(curve)).toBeCloseTo(numbers("values")[0]!, 12);
  const turned = curve.toReversed().map(([x, y]) => [y, x] as const);
  expect(areaUnder(turned)).toBeCloseTo(areaUnder(curve), 12);
});

test("distributions that are the same have 1, distributions that never meet nearly nothing", () => {
  const area = (p: number[], q: number[]) => areaUnder(divergenceCurve(p, q, { scaling: 5, mixtures: 25 }));
  expect(area([0.5, 0.5], [0.5, 0.5])).toBe(1);
  // KL(Q | R) = -log(1 - w), KL(P | R) = -log w: the curve ((1 - w)^5, w^5), with the area 5 B(6, 5) = 1 / 252.
  expect(area([1, 0], [0, 1])).toBeCloseTo(1 / 252, 2);
});

test("MAUVE(P, P) is 1, and of other texts of P far above that of texts of something else", async () => {
  expect((await mauveOfFeatures({ samples, reference: samples })).mauve).toBeGreaterThan(0.99);
  const [first, second] = [normals(400 * 8, 1), normals(400 * 8, 2)];
  const elsewhere = second.map((value, i) => (i % 8 === 0 ? value + 4 : value));
  const set = (data: Float32Array) => ({ data, rows: 400, columns: 8 });
  const same = await mauveOfFeatures({ samples: set(first), reference: set(second), seeds: [1] });
  const other = await mauveOfFeatures({ samples: set(first), reference: set(elsewhere), seeds: [1] });
  expect(same.mauve).toBeGreaterThan(0.8);
  expect(other.mauve).toBeLessThan(0.2);
  expect(same.standardDeviation).toBeNaN();
});

test("the metric reads both sets with the judge, each to its last token", async () => {
  const asked: number[] = [];
  const judge: FeatureModel = {
    hiddenSize: 3,
    hidden: async ({ tokens, batch, length, positions }) => {
      expect(positions).toBe("last");
      asked.push(batch);
      return Float32Array.from({ length: batch * 3 }, (_, i) =>
        Math.sin(tokens[Math.floor(i / 3) * length + length - 1]! * (1 + (i % 3))),
      );
    },
  };
  const texts = { tokens: Int32Array.from({ length: 80 }, (_, i) => i % 7), batch: 40, length: 2 };
  const metric = mauve({ judge, reference: texts, batchSize: 16 });
  expect((await metric.evaluate(texts)).mauve).toBeGreaterThan(0.99);
  expect(asked).toEqual([16, 16, 8, 16, 16, 8]);
  expect(metric.protocol).toMatch(/^ids as they are; .*k = n\/10/);
});

test("too few texts, and features that are no numbers, are refused; it stops when asked", async () => {
  const few = { data: samples.data.slice(0, 19 * 24), rows: 19, columns: 24 };
  await expect(mauveOfFeatures({ samples: few, reference })).rejects.toThrow(
    "MAUVE needs at least 20 texts in each set, for two clusters of ten; got 19 in the samples.",
  );
  await expect(mauveOfFeatures({ samples, reference: few })).rejects.toThrow(/got 19 in the reference/);
  const broken = { ...samples, data: samples.data.with(25, Number.NaN) };
  await expect(mauveOfFeatures({ samples: broken, reference })).rejects.toThrow(/of text 1 of the samples/);
  const wide = { data: normals(600 * 400, 1), rows: 600, columns: 400 };
  const stopped = mauveOfFeatures({ samples: wide, reference: wide, signal: AbortSignal.timeout(100) });
  await expect(stopped).rejects.toMatchObject({ code: "aborted" });
});
