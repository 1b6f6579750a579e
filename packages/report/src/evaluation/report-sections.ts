import { defaultClaim } from "@sdtt/eval";
import type { ReportRow } from "@sdtt/eval";
import { html, trusted } from "../html/markup.ts";
import type { Markup } from "../html/markup.ts";
import { plural } from "../units.ts";
import { claimSection } from "./claim-section.ts";
import { heading } from "./placement.ts";
import type { Placement } from "./placement.ts";
import { baselinesTable, comparisonsTable, measurementsTable } from "./report-table.ts";
import { isAtOwnTemperature, nameInOrder, ordersOf } from "./report.ts";
import type { Report, ReportedTexts } from "./report.ts";
import { foldedTable, tableMarkup } from "./table-markup.ts";

/** A plot that has been drawn. */
export interface DrawnPlot {
  readonly title: string;
  readonly svg: string;
}

/** A report as sections of a page. */
export function reportSections(report: Report, plots: readonly DrawnPlot[], placement: Placement): Markup[] {
  return [
    introduction(report),
    html`${heading(placement, "Plots")}
      <div class="plots">${plots.map(figure)}</div>
      ${foldedTable(measurementsTable(report), `${placement.prefix}measurements`, {
        summary: "The plots in numbers",
        note: "Entropies and standard errors are in nats.",
      })}`,
    ...(report.comparisons.length > 0
      ? [claimSection(report, placement), comparisons(report, placement)]
      : []),
    blindSpot(report, placement),
    html`${heading(placement, "Texts")}
      <p>The first text of each measurement, from the same seed, as it was drawn.</p>
      ${report.settings.precisions.flatMap((precision) =>
        report.settings.shownSteps.map((steps) => texts(report, { precision, steps }, placement)),
      )}`,
    particulars(report, placement),
  ];
}

function figure({ title, svg }: DrawnPlot): Markup {
  return html`<figure>
    <figcaption>${title}</figcaption>
    ${trusted(svg)}
  </figure>`;
}

function comparisons(report: Report, { prefix }: Placement): Markup {
  const { factor } = defaultClaim;
  return foldedTable(comparisonsTable(report.comparisons, factor), `${prefix}comparisons`, {
    summary: "The comparison in numbers, at every temperature",
    note: `Nats are the model's per token less the teacher's, drawn in the order that stands beside its own, at equal entropy and at k or ${factor}k steps. Entropy is the model's less that at which the teacher is taken, where its frontier ends before. The teacher's steps are those at which it first comes down to the model's nats at the model's entropy, between numbers of steps on a line over their logarithm; the factor is theirs by k.`,
  });
}

function introduction({ settings, judge, models }: Report): Markup {
  const count = `${plural(settings.texts, "text")} of ${settings.length} tokens`;
  const swept =
    settings.orders.length > 1 ? "number of steps, temperature and order" : "number of steps and temperature";
  return html`<p>
    ${plural(models.length, "model")}, ${count} at each ${swept}. The perplexity is that of the judge
    <strong>${judge.label}</strong>, an autoregressive model, which also writes texts itself. A low perplexity
    is easily had by repetition: read it with the entropy of the texts, along a frontier.
  </p>`;
}

/** What a perplexity does not see: texts without sense that have a good one. */
function blindSpot(report: Report, placement: Placement): Markup {
  const id = `${placement.prefix}baselines`;
  return html`${heading(placement, "What these numbers cannot see")}
    <p id="${id}">
      Texts without sense, made of ${report.settings.reference} by rules that know nothing, under the same
      judge. Where one of them has a better perplexity than a model at about its entropy, the perplexity says
      nothing of that model (arXiv 2606.08417).
    </p>
    ${tableMarkup(baselinesTable(report), id)}`;
}

function texts(
  report: Report,
  { precision, steps }: Pick<ReportRow, "precision" | "steps">,
  placement: Placement,
): Markup {
  const isShown = (one: ReportedTexts) =>
    one.kind === "autoregressive" ||
    (one.kind === "diffusion" &&
      one.precision === precision &&
      one.steps === steps &&
      isAtOwnTemperature(report, one));
  const orders = ordersOf(report, precision);
  const nameOf = ({ label, kind, order = "random" }: Omit<ReportedTexts, "texts">) =>
    kind === "autoregressive" ? `${label}, token by token` : nameInOrder(label, order, orders);
  return html`${heading(placement, `${plural(steps, "step")}, ${precision} draws`, 1)}
    <div class="texts">
      ${report.texts.filter(isShown).map(
        ({ texts: [first = ""], ...one }) =>
          html`<article class="text">
            ${heading({ ...placement, level: 3 }, nameOf(one), 1)}
            <p>${first}</p>
          </article>`,
      )}
    </div>`;
}

function particulars({ protocol, settings, judge, models, metrics }: Report, placement: Placement): Markup {
  const facts: readonly (readonly [string, string])[] = [
    ["Perplexity", protocol],
    ["Entropy", "of each text's own ids, in nats, then the mean over texts"],
    [
      "Order of masks",
      `${settings.orders.join(", ")}; random is the published one, and that of gumbel32 draws`,
    ],
    ["First token", settings.bos ? "the end of text, given" : "written by the model, as published"],
    [
      "Corrector steps",
      settings.correctorSteps
        ? `${settings.correctorSteps} after the steps of exact draws, and not counted among them; passes are`
        : "none, as published",
    ],
    ...metrics.map((metric) => [metric.title, metric.protocol] as const),
    ["Seconds per text", "wall clock of the whole batch by its texts, after a first run that is not counted"],
    ["Seed", `${settings.seed}`],
    ...[...models, judge].map(
      ({ label, name, digest }) => [label, `${name}, ${digest.slice(0, 12)}`] as const,
    ),
  ];
  return html`${heading(placement, "How it was measured")}
    <dl>
      ${facts.map(
        ([term, fact]) =>
          html`<dt>${term}</dt>
            <dd>${fact}</dd>`,
      )}
    </dl>`;
}
