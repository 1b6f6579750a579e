import { compareWithTeacher } from "@sdtt/eval";
import type { ReportRow } from "@sdtt/eval";
import { csvParse } from "d3-dsv";
import { expect, test } from "vitest";
import { benchmarkFiles, reportFiles } from "../draw.ts";
import type { Report } from "../index.ts";

const steps = [4, 8, 16];
const temperatures = [0.8, 0.9, 1];

/** Two texts around a mean. */
function row(
  of: Pick<ReportRow, "label" | "kind"> & Partial<ReportRow>,
  nats: number,
  entropy: number,
): ReportRow {
  return {
    steps: 0,
    precision: "exact",
    temperature: 1,
    passes: 0,
    secondsPerText: 0.1,
    perplexity: Math.exp(nats),
    nats,
    standardError: 0.1,
    unigramEntropy: entropy,
    textNats: of.label === "teacher" ? [nats - 0.1, nats + 0.1] : [nats - 0.2, nats + 0.2],
    textEntropies: [entropy, entropy],
    distinct: [0.5, 0.75],
    measures: { mauve: 0.25 },
    ...of,
  };
}

/**
 * The student is a nat better at every number of steps, and at equal entropy; so is each further order than the one before, but
 * for the student, who gains half of that.
 */
function makeReport(orders: Report["settings"]["orders"] = ["random"]): Report {
  const models = ["teacher", "kld <7>"].map((label) => ({ label, name: label, digest: "0123456789abcdef" }));
  const judge = { label: "judge", name: "gpt2", digest: "fedcba9876543210" };
  const rows = [
    ...models.flatMap(({ label }, i) =>
      orders.flatMap((order, j) =>
        steps.flatMap((count) =>
          temperatures.map((temperature) => {
            const entropy = 4 + temperature;
            const nats = 6 - Math.log2(count) / 2 + 2 * (temperature - 1) - i - j / (i + 1);
            const drawn = { steps: count, passes: count, temperature, order };
            return row({ label, kind: "diffusion", ...drawn }, nats, entropy);
          }),
        ),
      ),
    ),
    row({ label: "judge", kind: "autoregressive", steps: 15, passes: 15 }, 4, 5),
    row({ label: "period of 7 tokens", kind: "baseline", secondsPerText: 0 }, 1.5, 2),
  ];
  return {
    protocol: "ids as they are",
    settings: {
      texts: 2,
      length: 16,
      seed: 1,
      steps,
      precisions: ["exact"],
      temperatures,
      orders,
      teacher: "teacher",
      reference: "a <text>",
      shownSteps: [4, 16],
    },
    models,
    judge,
    metrics: [{ name: "mauve", title: "MAUVE", protocol: "of hidden states" }],
    rows,
    comparisons: compareWithTeacher(rows, "teacher"),
    texts: rows.map(({ label, kind, steps: count, precision, temperature, order }) => ({
      label,
      kind,
      steps: count,
      precision,
      temperature,
      order,
      texts: [`By ${label} at ${temperature}, ${order ?? "none"}.`],
    })),
  };
}

test("a report tells the claim at equal entropy, in a sentence, a matrix and a table", () => {
  const { "index.html": page, "report.csv": csv, "report.json": json, ...plots } = reportFiles(makeReport());
  expect(page).toMatch(/Of 3 cases it holds in 0<\/strong>, does not in\s+0, and is within the noise in 1\./);
  // 4 steps of the student against 16 of the teacher: a nat less one that two doublings bring is nothing.
  expect(page).toMatch(/>\s*\+0\.000 ± 0\.100\s*<span role="img" aria-label="within the noise">≈</);
  expect(page).toContain("kld &#60;7&#62;");
  expect(page).toContain("made of a &#60;text&#62; by rules");
  // The texts at the model's own temperature alone.
  expect(page).toContain("By teacher at 1, random.");
  expect(page).not.toMatch(/By teacher at 0\.9|NaN|undefined|<script|href=/);
  expect(JSON.parse(json!)).toMatchObject({ settings: { steps } });
  expect(Object.keys(plots)[0]).toBe("frontier-exact.svg");

  const lines = csvParse(csv!);
  expect(lines).toHaveLength(2 * 3 * 3 + 2);
  const student = lines.find((line) => line["model"] === "kld <7>" && line["temperature"] === "0.9");
  expect(student).toMatchObject({ mauve: "0.25", teacher_steps_more_steps: "16", claim: "open" });
  expect(Number(student!["nats_difference_same_steps"])).toBeCloseTo(-1, 12);
  expect(lines.at(-1)).toMatchObject({ kind: "baseline", claim: "", teacher_steps: "" });
});

test("a frontier has a line for each model and number of steps, which its note names", () => {
  const { "frontier-exact.svg": svg } = reportFiles(makeReport());
  // Two models by two numbers of steps, in two colours; the judge is a point.
  expect(svg!.match(/<path d="M[1-9][^"Z]*L[^"Z]*L[^"Z]*"/g)).toHaveLength(4);
  const notes = [...svg!.matchAll(/>(4|8|16)<\/text>/g)].map(([, note]) => Number(note));
  expect(notes.filter((note) => note === 16)).toHaveLength(2);
  expect(notes).not.toContain(8);
  expect(svg!.match(/>teacher</g)).toHaveLength(1);
  expect(svg).toContain("kld &#60;7&#62;, 4: 36.6 at 4.80 to 54.6 at 5.00.");
});

test("orders have a line, a row and a text each, and are compared in the same order and with the published one", () => {
  const files = reportFiles(makeReport(["random", "spread"]));
  const { "index.html": page, "report.csv": csv, ...plots } = files;
  for (const plot of ["perplexity", "entropy", "speed"]) {
    const svg = plots[`${plot}-exact.svg`]!;
    for (const name of ["teacher, random", "teacher, spread", "kld &lt;7&gt;, spread"]) {
      expect(svg.split(`>${name}<`)).toHaveLength(2);
    }
  }
  // Two models in two orders by two numbers of steps.
  const frontier = plots["frontier-exact.svg"]!;
  expect(frontier.match(/<path d="M[1-9][^"Z]*L[^"Z]*L[^"Z]*"/g)).toHaveLength(8);
  expect(frontier).toContain("kld &#60;7&#62;, spread, 4: 22.2 at 4.80 to 33.1 at 5.00.");
  // The published order is what the others are compared with.
  expect(frontier.match(/stroke="var\(--plot-ink\)"[^>]*><path/g)).toHaveLength(2);

  const tables = [...page!.matchAll(/<table aria-labelledby="(claim[^"]*)">(.*?)<\/table>/gs)];
  const cellsOf = (table: string) =>
    [...table.matchAll(/<th scope="row">(.*?)<\/th>.*?<td[^>]*>\s*(\S+)/gs)].map(
      ([, name, nats]) => `${name} ${nats}`,
    );
  expect(tables.map(([, id, table]) => [id, ...cellsOf(table!)])).toEqual([
    ["claim-exact", "kld &#60;7&#62;, random +0.000", "kld &#60;7&#62;, spread +0.500"],
    ["claim-random-exact", "teacher, spread +0.000", "kld &#60;7&#62;, spread −0.500"],
  ]);
  expect(page!.match(/Of (\d) cases it holds/g)).toEqual(["Of 6 cases it holds", "Of 6 cases it holds"]);
  expect(page).toContain("By teacher at 1, spread.");
  expect(page).toMatch(/<h4>kld &#60;7&#62;, spread<\/h4>/);
  expect(page).not.toMatch(/NaN|undefined/);

  const lines = csvParse(csv!);
  expect(lines).toHaveLength(2 * 2 * 3 * 3 + 2);
  const differences = ["", "_random_order"].map((ending) => `nats_difference_same_steps${ending}`);
  const at = (model: string, order: string) => {
    const found = lines.filter((line) => line["model"] === model && line["order"] === order);
    expect(found).toHaveLength(9);
    return differences.map((name) => found[0]![name] && Number(found[0]![name]).toFixed(2));
  };
  expect(at("teacher", "random")).toEqual(["", ""]);
  expect(at("teacher", "spread")).toEqual(["", "-1.00"]);
  expect(at("kld <7>", "random")).toEqual(["-1.00", "-1.00"]);
  expect(at("kld <7>", "spread")).toEqual(["-0.50", "-1.50"]);
  expect(lines.slice(-2).map(({ order }) => order)).toEqual(["", ""]);
});

test("an order is named where it is not the published one, and needs no other beside it", () => {
  const { "index.html": page, "perplexity-exact.svg": svg } = reportFiles(makeReport(["spread"]));
  expect(svg).toContain(">teacher, spread<");
  expect(page).toContain("<strong>teacher in the same order</strong>");
  expect(page).not.toContain("in random order");
  expect(reportFiles(makeReport())["index.html"]).not.toMatch(/in the same order|in random order|, random</);
});

test("families share one page and one table, and no id", () => {
  const families = [
    { name: "Small & <quick>", report: makeReport() },
    { name: "Large", report: makeReport() },
  ];
  const { "index.html": page, "benchmark.csv": csv, ...others } = benchmarkFiles({ families });
  const ids = [...page!.matchAll(/ id="([^"]+)"/g)].map(([, id]) => id);
  expect(new Set(ids).size).toBe(ids.length);
  for (const [, target] of page!.matchAll(/href="#([^"]+)"/g)) expect(ids).toContain(target);
  expect(page).toContain('<a href="#family-1-family">Small &#38; &#60;quick&#62;</a>');
  const lines = csvParse(csv!);
  expect(lines).toHaveLength(2 * 20);
  expect(Object.keys(lines[0]!)[0]).toBe("family");
  expect(Object.keys(others).filter((name) => name.endsWith(".svg"))).toHaveLength(2 * 4);
});
