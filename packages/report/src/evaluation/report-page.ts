import { html } from "../html/markup.ts";
import { htmlPage } from "../html/page.ts";
import { plural } from "../units.ts";
import { reportStyle as style } from "./page-style.ts";
import { reportSections } from "./report-sections.ts";
import type { DrawnPlot } from "./report-sections.ts";
import type { Benchmark, BenchmarkedFamily, Report } from "./report.ts";

/** The whole report on one page. */
export function reportPage(report: Report, plots: readonly DrawnPlot[]): string {
  return htmlPage({
    title: "Quality of texts against steps",
    style,
    body: reportSections(report, plots, { level: 2, prefix: "" }),
  });
}

/** A family with the plots of its report, and what begins its ids. */
export interface PlottedFamily extends BenchmarkedFamily {
  readonly prefix: string;
  readonly plots: readonly DrawnPlot[];
}

/** All families on one page. */
export function benchmarkPage({ families }: Benchmark<PlottedFamily>): string {
  const models = families.reduce((sum, { report }) => sum + report.models.length, 0);
  const measured = families.reduce((sum, { report }) => sum + report.rows.length, 0);
  return htmlPage({
    title: "Benchmark of diffusion language models",
    style,
    body: [
      html`<p>
          ${plural(models, "model")} in ${plural(families.length, "family", "families")}, ${measured}
          measurements. Perplexities compare within a family alone: each has a judge of its own.
        </p>
        <nav aria-label="Families">
          <ul>
            ${families.map(({ name, prefix }) => html`<li><a href="#${prefix}family">${name}</a></li>`)}
          </ul>
        </nav>`,
      ...families.map(
        ({ name, prefix, report, plots }) =>
          html`<section id="${prefix}family" aria-label="${name}">
            <h2>${name}</h2>
            ${reportSections(report, plots, { level: 3, prefix })}
          </section>`,
      ),
    ],
  });
}
