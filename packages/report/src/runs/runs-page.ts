import { html, trusted } from "../html/markup.ts";
import type { Markup } from "../html/markup.ts";
import { htmlPage } from "../html/page.ts";
import { drawPlot } from "../plot/draw-plot.ts";
import type { Axis, Point, Series } from "../plot/plot-options.ts";
import { formatSeconds } from "../units.ts";
import type { RunSummary } from "./run-summary.ts";

/** The curves of every run. */
export function runsPage(runs: readonly RunSummary[]): string {
  return htmlPage({ title: "Runs", body: runs.map(section) });
}

function section(run: RunSummary, index: number): Markup {
  const { name, losses, validations, gradientNorms, roundEnds: marks } = run;
  const plot = (title: string, series: readonly Series[]): readonly Markup[] => {
    const drawn = series
      .map((one) => ({ ...one, points: one.points.filter(isFinitePoint) }))
      .filter(({ points }) => points.length > 0);
    if (drawn.length === 0) return [];
    const id = `run-${index}-${title.toLowerCase().replaceAll(" ", "-")}`;
    const description = `${title} of ${name} against updates. ${drawn.map(lastOf).join(" ")}`;
    const x: Axis = { label: "Update", scale: "linear" };
    const y: Axis = { label: title, scale: isPositive(drawn) ? "log" : "linear" };
    const svg = drawPlot({ id, title: `${title} of ${name}`, description, x, y, series: drawn, marks });
    return [html`<figure>${trusted(svg)}</figure>`];
  };
  const heldOut = validations.at(-1);
  const facts = [
    `update ${run.step} of ${run.steps}`,
    ...(run.round > 0 ? [`round ${run.round}`] : []),
    `${formatSeconds(run.seconds)} of updates`,
    ...(heldOut ? [`held-out loss ${heldOut[1].toPrecision(4)}`] : []),
  ];
  return html`<section>
    <h2>${name}</h2>
    <p>${facts.join(" · ")}</p>
    <div class="plots">
      ${plot("Loss", [
        { name: "training", points: losses },
        { name: "held out", points: validations },
      ])}
      ${plot("Gradient norm", [{ name: "training", points: gradientNorms }])}
    </div>
  </section>`;
}

function isFinitePoint([, value]: Point): boolean {
  return Number.isFinite(value);
}

function isPositive(series: readonly Series[]): boolean {
  return series.every(({ points }) => points.every(([, value]) => value > 0));
}

function lastOf({ name, points }: Series): string {
  const [step, value] = points.at(-1)!;
  return `${name}: ${value.toPrecision(4)} at update ${step}.`;
}
