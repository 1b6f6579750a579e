import { expect, test } from "vitest";
import { drawPlot } from "./draw-plot.ts";
import type { Axis, PlotOptions, Series } from "./plot-options.ts";

const linear: Axis = { label: "Update", scale: "linear" };
const curve = (name: string, length: number): Series => ({
  name,
  points: Array.from({ length }, (_, i) => [i + 1, 1 + (i % 7)] as const),
});
const draw = (options: Partial<PlotOptions> = {}) =>
  drawPlot({
    id: "p",
    title: "A",
    description: "B",
    x: linear,
    y: linear,
    series: [curve("a", 9)],
    ...options,
  });
const pathsOf = (svg: string) =>
  [...svg.matchAll(/stroke="var\(--plot-series-\d+\)"[^>]*><path d="([^"]*)"/g)].map(([, path]) => path!);

test("many points are drawn as means, few are marked each", () => {
  const [path] = pathsOf(draw({ series: [curve("a", 5000)] }));
  const vertices = path!.split("L").length;
  expect(vertices).toBeGreaterThan(200);
  expect(vertices).toBeLessThanOrEqual(600);
  expect(draw({ series: [curve("a", 5000)] })).not.toContain("<circle");
  expect(draw().match(/<circle /g)).toHaveLength(9);
});

test("every step has its tick, every line its name, and words are escaped", () => {
  const steps = [1, 2, 3, 4, 8, 16, 32, 64, 128, 256];
  const x: Axis = { label: "Steps", scale: "log", ticks: steps };
  const svg = draw({
    x,
    title: "a < b",
    series: [curve("first", 9), { ...curve("teacher & <co>", 9), isReference: true }],
    levels: [{ name: "judge", value: 3 }],
    marks: [4],
  });
  const ticks = /aria-label="x-axis tick label">(.*?)<\/g>/.exec(svg)![1]!;
  expect([...ticks.matchAll(/>(\d+)</g)].map(([, label]) => Number(label))).toEqual(steps);
  expect(svg).toContain(">teacher &amp; &lt;co&gt;<");
  expect(svg).toContain('<title id="p-title">a &#60; b</title>');
  expect(svg.match(/stroke-dasharray/g)).toHaveLength(2);
  // The reference takes no colour of the others.
  expect(pathsOf(svg)).toHaveLength(1);
});

test("labels of ticks do not touch: the greater one stays, and every tick is drawn", () => {
  const ticks = Array.from({ length: 12 }, (_, i) => 2 ** i);
  const points = ticks.map((tick) => [tick, 1] as const);
  const svg = draw({ x: { label: "Steps", scale: "log", ticks }, series: [{ name: "a", points }] });
  const labels = /aria-label="x-axis tick label">(.*?)<\/g>/.exec(svg)![1]!;
  expect([...labels.matchAll(/>(\d+)</g)].map(([, label]) => Number(label))).toEqual(
    ticks.filter((tick) => tick !== 1024),
  );
  expect(/aria-label="x-axis tick">(.*?)<\/g>/.exec(svg)?.[1]!.match(/<path/g)).toHaveLength(12);
  const single = draw({
    x: { label: "Steps", scale: "log", ticks: [8] },
    series: [{ name: "a", points: [[8, 1]] }],
  });
  expect(single).toContain(">8<");
});

test("one line needs no legend, and a value that is always the same is drawn", () => {
  expect(draw()).not.toContain(">a<");
  const flat: Series = {
    name: "a",
    points: [
      [1, 1],
      [2, 1],
    ],
  };
  const svg = draw({ y: { label: "Norm", scale: "log" }, series: [flat] });
  expect(svg).not.toMatch(/NaN|undefined/);
});
