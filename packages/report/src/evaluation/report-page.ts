import type { ReportRow } from "@sdtt/eval";
import { html, trusted } from "../html/markup.ts";
import type { Markup } from "../html/markup.ts";
import { htmlPage } from "../html/page.ts";
import type { Table } from "../table.ts";
import { claimSection } from "./claim-section.ts";
import { comparisonsTable, measurementsTable } from "./report-table.ts";
import type { Report, ReportedTexts } from "./report.ts";

/** A plot that has been drawn. */
export interface DrawnPlot {
  readonly title: string;
  readonly svg: string;
}

const style = `
.quiet { color: var(--quiet); }
.scroll { overflow-x: auto; margin: 0.5rem 0 1rem; }
.scroll:focus-visible { outline: 2px solid currentColor; }
table { border-collapse: collapse; font-size: 0.875rem; font-variant-numeric: tabular-nums; }
th, td { padding: 0.3rem 0.7rem; text-align: left; white-space: nowrap; border-bottom: 1px solid var(--faint); }
th:first-child, td:first-child { padding-left: 0; }
.number { text-align: right; }
tbody th { font-weight: normal; }
.holds { background: light-dark(#e3f4e8, #16321f); }
summary { cursor: pointer; padding: 0.4rem 0; }
.texts { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(100%, 20rem), 1fr)); gap: 1rem; }
.text { background: var(--card); border-radius: 0.5rem; padding: 0.8rem 1rem; margin: 0; min-width: 0; }
.text h4 { margin: 0 0 0.4rem; }
.text p { white-space: pre-wrap; overflow-wrap: anywhere; font-family: ui-serif, Georgia, serif; margin: 0; }
dl { display: grid; grid-template-columns: max-content 1fr; gap: 0.1rem 1rem; margin: 0; }
dt { color: var(--quiet); } dd { margin: 0; overflow-wrap: anywhere; }`;

/** The whole report on one page. */
export function reportPage(report: Report, plots: readonly DrawnPlot[]): string {
  return htmlPage({
    title: "Quality of texts against steps",
    style,
    body: [
      introduction(report),
      html`<h2>Plots</h2>
        <div class="plots">
          ${plots.map(
            ({ title, svg }) =>
              html`<figure>
                <figcaption>${title}</figcaption>
                ${trusted(svg)}
              </figure>`,
          )}
        </div>
        ${table(measurementsTable(report.rows), "measurements", {
          summary: "The plots in numbers",
          note: "Entropies and standard errors are in nats.",
        })}`,
      ...(report.comparisons.length > 0 ? [claimSection(report), comparisons(report)] : []),
      html`<h2>Texts</h2>
        <p>The first text of each model, from the same seed, as it was drawn.</p>
        ${report.settings.precisions.flatMap((precision) =>
          report.settings.shownSteps.map((steps) => texts(report, { precision, steps })),
        )}`,
      particulars(report),
    ],
  });
}

function comparisons(report: Report): Markup {
  return table(comparisonsTable(report.comparisons), "comparisons", {
    summary: "The comparison in numbers",
    note: "The teacher's steps are those at which it first reaches the student's perplexity, between measurements on a line over the logarithm of steps; the factor is theirs by k. Entropy is the student's less the teacher's there; perplexity and entropy at k are against the teacher at k steps as well.",
  });
}

function introduction({ settings, judge, models }: Report): Markup {
  const count = `${settings.texts} text${settings.texts === 1 ? "" : "s"} of ${settings.length} tokens`;
  return html`<p>
    ${models.length} model${models.length === 1 ? "" : "s"}, ${count} at each number of steps. The perplexity
    is that of the judge <strong>${judge.label}</strong>, an autoregressive model, which also writes texts
    itself. A low perplexity is easily had by repetition: read it with the entropy of the texts.
  </p>`;
}

/** A table to unfold. */
function table(
  { columns, rows }: Table,
  id: string,
  { summary, note }: { readonly summary: string; readonly note: string },
): Markup {
  const side = (i: number) => (columns[i]!.align === "right" ? "number" : "word");
  return html`<details>
    <summary id="${id}">${summary}</summary>
    <p class="quiet">${note}</p>
    <div class="scroll" tabindex="0" role="region" aria-labelledby="${id}">
      <table aria-labelledby="${id}">
        <thead>
          <tr>
            ${columns.map(({ title }, i) => html`<th scope="col" class="${side(i)}">${title}</th>`)}
          </tr>
        </thead>
        <tbody>
          ${rows.map(
            (row) =>
              html`<tr>
                ${row.map((cell, i) => html`<td class="${side(i)}">${cell}</td>`)}
              </tr>`,
          )}
        </tbody>
      </table>
    </div>
  </details>`;
}

function texts({ texts: all }: Report, { precision, steps }: Pick<ReportRow, "precision" | "steps">): Markup {
  const isShown = (one: ReportedTexts) =>
    one.kind === "autoregressive" || (one.precision === precision && one.steps === steps);
  return html`<h3>${steps} step${steps === 1 ? "" : "s"}, ${precision} draws</h3>
    <div class="texts">
      ${all.filter(isShown).map(
        ({ label, kind, texts: [first = ""] }) =>
          html`<article class="text">
            <h4>${label}${kind === "autoregressive" ? ", token by token" : ""}</h4>
            <p>${first}</p>
          </article>`,
      )}
    </div>`;
}

function particulars({ protocol, settings, judge, models }: Report): Markup {
  const facts: readonly (readonly [string, string])[] = [
    ["Perplexity", protocol],
    ["Entropy", "of each text's own ids, in nats, then the mean over texts"],
    ["Seconds per text", "wall clock of the whole batch by its texts, after a first run that is not counted"],
    ["Seed", `${settings.seed}`],
    ...[...models, judge].map(
      ({ label, name, digest }) => [label, `${name}, ${digest.slice(0, 12)}`] as const,
    ),
  ];
  return html`<h2>How it was measured</h2>
    <dl>
      ${facts.map(
        ([term, fact]) =>
          html`<dt>${term}</dt>
            <dd>${fact}</dd>`,
      )}
    </dl>`;
}
