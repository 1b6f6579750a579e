import { formatSeconds } from "../units.ts";
import { plotSvg } from "./plot.ts";
import type { RunSummary } from "./read-run.ts";

const style = `
:root { color-scheme: light dark; --ink: light-dark(#1d1d1f, #ececf1); --paper: light-dark(#fff, #17171a);
  --faint: light-dark(#d9d9de, #38383f); --line: light-dark(#2563eb, #7aa7ff); --other: light-dark(#c2410c, #ffa26b); }
body { font: 15px/1.5 system-ui, sans-serif; color: var(--ink); background: var(--paper); max-width: 44rem; margin: 2rem auto; padding: 0 1rem; }
h2 { margin: 2.5rem 0 0.2rem; overflow-wrap: anywhere; }
p { margin: 0 0 0.8rem; }
svg { width: 100%; height: auto; font-size: 12px; }
svg text { fill: currentColor; } .title { font-weight: 600; }
polyline { fill: none; stroke: var(--line); stroke-width: 1.5; stroke-linejoin: round; }
polyline.held-out { stroke: var(--other); }
.grid { stroke: var(--faint); } .mark { stroke: var(--faint); stroke-dasharray: 4 3; }
.key { color: var(--other); }`;

/** A page of its own: no scripts, no links, nothing to load. */
export function runsPage(runs: readonly RunSummary[]): string {
  const sections = runs.length > 0 ? runs.map(section) : ["<p>There is no run here yet.</p>"];
  return [
    "<!doctype html>",
    '<html lang="en"><head><meta charset="utf-8"><title>Runs</title>',
    '<meta name="viewport" content="width=device-width, initial-scale=1">',
    `<style>${style}</style></head><body>`,
    "<h1>Runs</h1>",
    ...sections,
    "</body></html>",
    "",
  ].join("\n");
}

function section(run: RunSummary): string {
  const { losses, validations, gradientNorms, roundEnds: marks } = run;
  const loss = plotSvg({
    title: "Loss",
    series: [
      { className: "training", points: losses },
      { className: "held-out", points: validations },
    ],
    marks,
  });
  const norm = plotSvg({
    title: "Gradient norm",
    series: [{ className: "training", points: gradientNorms }],
    marks,
  });
  const heldOut = validations.at(-1);
  const facts = [
    `update ${run.step} of ${run.steps}`,
    ...(run.round > 0 ? [`round ${run.round}`] : []),
    `${formatSeconds(run.seconds)} of updates`,
    ...(heldOut ? [`<span class="key">held-out loss ${heldOut[1].toPrecision(4)}</span>`] : []),
  ];
  return `<h2>${escapeHtml(run.name)}</h2><p>${facts.join(" · ")}</p>${loss}${norm}`;
}

function escapeHtml(text: string): string {
  return text.replaceAll(/[&<>"']/g, (sign) => `&#${sign.charCodeAt(0)};`);
}
