import { defaultClaim } from "@sdtt/eval";
import type { TeacherComparison } from "@sdtt/eval";
import type { Precision } from "@sdtt/scheduler";
import { html } from "../html/markup.ts";
import type { Markup } from "../html/markup.ts";
import { formatDifference, formatSteps } from "./report-table.ts";
import type { Report } from "./report.ts";

/** What the students gain on their teacher: in a sentence, and a cell for each of them at each number of steps. */
export function claimSection(report: Report): Markup {
  const { comparisons, settings } = report;
  const known = comparisons.filter(({ holds }) => holds !== undefined);
  const holding = known.filter(({ holds }) => holds);
  const unknown = comparisons.length - known.length;
  const rest = unknown > 0 ? ` In ${unknown} more the teacher was not measured at enough steps to tell.` : "";
  return html`<h2>Students and their teacher</h2>
    <p>
      The claim: at k steps a student is as good as <strong>${settings.teacher}</strong> at
      ${defaultClaim.factor}k steps or more, and loses no more than ${defaultClaim.entropyLoss} nats of
      entropy. <strong>It holds in ${holding.length} of ${known.length} cases.</strong>${rest}
    </p>
    ${settings.precisions.map((precision) => matrix(report, precision))}`;
}

function matrix({ comparisons, models, settings }: Report, precision: Precision): Markup {
  const { steps, teacher } = settings;
  const id = `claim-${precision}`;
  const students = models.filter(({ label }) => label !== teacher);
  const rowOf = (student: string): Markup[] =>
    comparisons.filter((one) => one.label === student && one.precision === precision).map(cell);
  return html`<p class="quiet" id="${id}">
      Steps that ${teacher} needs for the perplexity that a student has at k steps, ${precision} draws; below
      it the student's unigram entropy less the teacher's there, in nats. ✓ the claim holds, ✗ it does not, ?
      not known.
    </p>
    <div class="scroll" tabindex="0" role="region" aria-labelledby="${id}">
      <table aria-labelledby="${id}">
        <thead>
          <tr>
            <th scope="col">k</th>
            ${steps.map((count) => html`<th scope="col" class="number">${count}</th>`)}
          </tr>
        </thead>
        <tbody>
          ${students.map(
            ({ label }) =>
              html`<tr>
                <th scope="row">${label}</th>
                ${rowOf(label)}
              </tr>`,
          )}
        </tbody>
      </table>
    </div>`;
}

function cell({ teacherSteps, entropyDifference, holds }: TeacherComparison): Markup {
  const [sign, word] =
    holds === undefined ? ["?", "not known"] : holds ? ["✓", "holds"] : ["✗", "does not hold"];
  return html`<td class="number ${holds ? "holds" : ""}">
    ${formatSteps(teacherSteps)} <span role="img" aria-label="${word}">${sign}</span><br />
    <span class="quiet">${formatDifference(entropyDifference)}</span>
  </td>`;
}
