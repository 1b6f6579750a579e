import { csvParse } from "d3-dsv";
import { expect, test } from "vitest";
import { samplerFiles } from "../draw.ts";
import { samplersTable } from "../index.ts";
import type { SamplerReport } from "../index.ts";

const measures = { transitionError: 0.25, divergence: -0.001, entropy: 1.5, nats: 0.75 };
const report: SamplerReport = {
  settings: { texts: 10, length: 8, shortTexts: 100, shortLength: 3, seed: 1, states: 4, tokens: 5 },
  source: { ...measures, transitionError: 0.01 },
  rows: [
    { setting: { sampler: "ancestral", steps: 1 }, passes: 1, shortPasses: 1, ...measures },
    { setting: { sampler: "ancestral", steps: 8 }, passes: 6.5, shortPasses: 2.5, ...measures },
    { setting: { sampler: "entropy-bounded", gamma: Infinity }, passes: 1, shortPasses: 1, ...measures },
  ],
};

test("a report on samplers is a page with its plots, and a table for people and one for programs", () => {
  const files = samplerFiles(report);
  expect(Object.keys(files)).toEqual([
    "index.html",
    "samplers.csv",
    "samplers.json",
    "transitions.svg",
    "divergence.svg",
    "nats.svg",
    "entropy.svg",
  ]);
  expect(files["index.html"]!.match(/<svg/g)!.length).toBeGreaterThanOrEqual(4);
  expect(files["index.html"]).toContain("gamma Infinity");
  const [source, first, , bounded] = csvParse(files["samplers.csv"]!);
  expect(source).toMatchObject({ sampler: "source", passes: "", transition_error: "0.01" });
  expect(first).toMatchObject({
    sampler: "ancestral",
    steps: "1",
    gamma: "",
    short_passes: "1",
    nats: "0.75",
  });
  expect(bounded).toMatchObject({ sampler: "entropy-bounded", steps: "", gamma: "Infinity" });
  expect(JSON.parse(files["samplers.json"]!).rows[2].setting.gamma).toBe("Infinity");
  const { columns, rows } = samplersTable(report);
  expect(rows.map((row) => row.slice(0, 3))).toEqual([
    ["the source itself", "", ""],
    ["ancestral", "1 step", "1.0"],
    ["ancestral", "8 steps", "6.5"],
    ["entropy-bounded", "gamma Infinity", "1.0"],
  ]);
  expect(rows.every((row) => row.length === columns.length)).toBe(true);
});
