import { defaultClaim } from "@sdtt/eval";
import type { TeacherComparison } from "@sdtt/eval";
import type { Precision } from "@sdtt/scheduler";
import { html } from "../html/markup.ts";
import type { Markup } from "../html/markup.ts";
import { heading } from "./placement.ts";
import type { Placement } from "./placement.ts";
import { formatDifference, formatEntropy, verdictSigns, verdictWords } from "./report-table.ts";
import { isAtOwnTemperature, ownTemperature } from "./report.ts";
import type { Report } from "./report.ts";

/** What the students gain on their teacher: in a sentence, and a cell for each of them at each number of steps. */
export function claimSection(report: Report, placement: Placement): Markup {
  const { settings } = report;
  const { factor, standardErrors } = defaultClaim;
  const comparisons = report.comparisons.filter((one) => isAtOwnTemperature(report, one));
  const count = (verdict: TeacherComparison["verdict"]) =>
    comparisons.filter((one) => one.verdict === verdict).length;
  return html`${heading(placement, "Students and their teacher at equal entropy")}
    <p>
      The claim: at k steps a student is no worse than <strong>${settings.teacher}</strong> at ${factor}k
      steps whose texts are as varied.
      <strong>Of ${comparisons.length} cases it holds in ${count("holds")}</strong>, does not in
      ${count("fails")}, and is within the noise in ${count("open")}. In ${count("unknown")} it is not known:
      the teacher was not measured at that many steps, or not at that entropy.
    </p>
    ${settings.precisions.map((precision) => matrix({ ...report, comparisons }, precision, placement))}
    <p class="quiet">
      How: the teacher's nats per token are interpolated, on a straight line over entropy, between the two of
      its temperatures whose texts have the entropies around the student's; nothing is extrapolated. The
      standard error is by the delta method: the difference is linearised in the mean nats and entropies of
      the student and of both measurements of the teacher, and taken text by text, as text i has the same seed
      in all of them. A case is clear where the difference is more than ${standardErrors} standard errors from
      0.
    </p>`;
}

function matrix(
  { comparisons, models, settings }: Report,
  precision: Precision,
  { prefix }: Placement,
): Markup {
  const { steps, teacher, temperatures } = settings;
  const id = `${prefix}claim-${precision}`;
  const temperature = precision === "gumbel32" ? 1 : ownTemperature(temperatures);
  const students = models.filter(({ label }) => label !== teacher);
  const rowOf = (student: string): Markup[] =>
    steps.map((count) => {
      const isHere = (one: TeacherComparison) =>
        one.label === student && one.precision === precision && one.steps === count;
      return cell(comparisons.find(isHere));
    });
  return html`<p class="quiet" id="${id}">
      Nats per token of a student at k steps less those of ${teacher} at ${defaultClaim.factor}k steps and the
      same entropy, with the standard error; ${precision} draws at temperature ${temperature}. ✓ the claim
      holds, ✗ it does not, ≈ within the noise, ? not known.
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

function cell(comparison: TeacherComparison | undefined): Markup {
  const { atMoreSteps: found, verdict = "unknown" } = comparison ?? {};
  const beyond = found && found.entropyDifference !== 0 ? `entropy ${formatEntropy(found)}` : "";
  return html`<td class="number ${verdict}">
    ${found ? formatDifference(found) : ""}
    <span role="img" aria-label="${verdictWords[verdict]}">${verdictSigns[verdict]}</span><br />
    <span class="quiet">${beyond}</span>
  </td>`;
}
