import { csvFormat } from "d3-dsv";
import type { Files } from "../evaluation/report-files.ts";
import { reportStyle } from "../evaluation/page-style.ts";
import { tableMarkup } from "../evaluation/table-markup.ts";
import { html, trusted } from "../html/markup.ts";
import { htmlPage } from "../html/page.ts";
import { drawPlot } from "../plot/draw-plot.ts";
import { samplerPlots } from "./sampler-plots.ts";
import type { SamplerReport } from "./sampler-report.ts";
import { samplersTable } from "./samplers-table.ts";

/** A report on samplers as files: a page, a table, an object and plots. */
export function samplerFiles(report: SamplerReport): Files {
  const plots = samplerPlots(report).map((plot) => ({ ...plot, svg: drawPlot(plot) }));
  return {
    "index.html": samplerPage(report, plots),
    "samplers.csv": `${csvFormat(lines(report))}\n`,
    "samplers.json": `${JSON.stringify(report, infiniteAsText, 2)}\n`,
    ...Object.fromEntries(plots.map(({ id, svg }) => [`${id}.svg`, `${svg}\n`])),
  };
}

function samplerPage(
  report: SamplerReport,
  plots: readonly { readonly id: string; readonly title: string; readonly svg: string }[],
): string {
  const { states, tokens, texts, length, shortTexts, shortLength, seed } = report.settings;
  return htmlPage({
    title: "What samplers cost, with a model that makes no error",
    style: reportStyle,
    body: [
      html`<p>
          The texts come from a hidden Markov source of ${states} states and ${tokens} tokens, whose exact
          posterior takes the model's place. So every difference from the source is the sampler's, or chance:
          the line of the source itself, whose own texts were measured alike, shows how much is chance.
        </p>
        <p>
          ${texts} texts of ${length} tokens; the KL divergence is of ${shortTexts} texts of ${shortLength}.
          Seed ${seed}. The transition error is the distance between the distributions of the next token in
          the texts and in the source. Nats per token under the source are what a judge that knows the truth
          would say: below the source's own, texts are more likely than they should be.
        </p>`,
      html`<div class="plots">
        ${plots.map(
          ({ id, title, svg }) =>
            html`<figure id="${id}-plot">
              <figcaption>${title}</figcaption>
              ${trusted(svg)}
            </figure>`,
        )}
      </div>`,
      html`<h2 id="measures">All measures</h2>
        ${tableMarkup(samplersTable(report), "measures")}`,
    ],
  });
}

function lines({ source, rows }: SamplerReport) {
  return [
    { sampler: "source", ...noSetting, passes: "", shortPasses: "", ...source },
    ...rows.map(({ setting, ...measures }) => {
      const { sampler = "ancestral", ...bounds } = setting;
      return { sampler, ...noSetting, ...bounds, ...measures };
    }),
  ].map((line) =>
    Object.fromEntries(
      Object.entries(line).map(([name, value]) => [
        name.replace(/[A-Z]/g, (x) => `_${x.toLowerCase()}`),
        value,
      ]),
    ),
  );
}

const noSetting = { steps: "", blocks: "", gamma: "", threshold: "", factor: "", eta: "", kappa: "" };

/** JSON has no Infinity. */
function infiniteAsText(_: string, value: unknown): unknown {
  return value === Infinity ? "Infinity" : value;
}
