import { defaultClaim } from "@sdtt/eval";
import type { TeacherComparison } from "@sdtt/eval";
import type { Precision } from "@sdtt/scheduler";
import { html } from "../html/markup.ts";
import type { Markup } from "../html/markup.ts";
import { heading } from "./placement.ts";
import type { Placement } from "./placement.ts";
import { formatDifference, formatEntropy, verdictSigns, verdictWords } from "./report-table.ts";
import { isAtOwnTemperature, nameInOrder, ordersOf, ownTemperature } from "./report.ts";
import type { Report } from "./report.ts";

/**
 * What the students gain on their teacher in the same order; and what they, and the teacher itself, gain in other orders on the
 * teacher in the published one. Each in a sentence, and a cell for each of them at each number of steps.
 */
export function claimSection(report: Report, placement: Placement): Markup {
  const { factor, standardErrors } = defaultClaim;
  const { teacher } = report.settings;
  const own = report.comparisons.filter((one) => isAtOwnTemperature(report, one));
  const trained = own.filter(({ order, teacherOrder }) => teacherOrder === order);
  const reordered = own.filter(({ order, teacherOrder }) => teacherOrder !== order);
  const hasOrders = own.some(({ order }) => order !== "random");
  const sameOrder = hasOrders ? `${teacher} in the same order` : teacher;
  return html`${heading(placement, "Students and their teacher at equal entropy")}
    ${
      trained.length > 0
        ? html`<p>
              The claim: at k steps a student is no worse than <strong>${sameOrder}</strong> at ${factor}k
              steps whose texts are as varied. ${verdicts(trained)}
            </p>
            ${matrices(report, { comparisons: trained, id: "claim", teacher: sameOrder }, placement)}`
        : ""
    }
    ${
      reordered.length > 0
        ? html`<p>
              The same against <strong>${teacher} in random order</strong>, the published one: the row of a
              student tells what training and order gain together, that of ${teacher} itself what the order
              gains without training. ${verdicts(reordered)}
            </p>
            ${matrices(
              report,
              { comparisons: reordered, id: "claim-random", teacher: `${teacher} in random order` },
              placement,
            )}`
        : ""
    }
    <p class="quiet">
      How: the teacher's nats per token are interpolated, on a straight line over entropy, between the two of
      its temperatures whose texts have the entropies around the student's; nothing is extrapolated. The
      standard error is by the delta method: the difference is linearised in the mean nats and entropies of
      the student and of both measurements of the teacher, and taken text by text, as text i has the same seed
      in all of them. A case is clear where the difference is more than ${standardErrors} standard errors from
      0.
    </p>`;
}

function verdicts(comparisons: readonly TeacherComparison[]): Markup {
  const count = (verdict: TeacherComparison["verdict"]) =>
    comparisons.filter((one) => one.verdict === verdict).length;
  return html`<strong>Of ${comparisons.length} cases it holds in ${count("holds")}</strong>, does not in
    ${count("fails")}, and is within the noise in ${count("open")}. In ${count("unknown")} it is not known:
    the teacher was not measured at that many steps, or not at that entropy.`;
}

/** Comparisons that are told in one place. */
interface Compared {
  readonly comparisons: readonly TeacherComparison[];
  /** Begins the ids of their tables. */
  readonly id: string;
  /** What the teacher is called there. */
  readonly teacher: string;
}

/** A table for each precision that there are comparisons of. */
function matrices(report: Report, compared: Compared, placement: Placement): Markup[] {
  return report.settings.precisions.flatMap((precision) => {
    const comparisons = compared.comparisons.filter((one) => one.precision === precision);
    return comparisons.length > 0 ? [matrix(report, { ...compared, comparisons, precision }, placement)] : [];
  });
}

function matrix(
  report: Report,
  { comparisons, precision, teacher, ...compared }: Compared & { readonly precision: Precision },
  { prefix }: Placement,
): Markup {
  const { steps, temperatures } = report.settings;
  const id = `${prefix}${compared.id}-${precision}`;
  const temperature = precision === "gumbel32" ? 1 : ownTemperature(temperatures);
  const orders = ordersOf(report, precision);
  const nameOf = ({ label, order }: TeacherComparison) => nameInOrder(label, order, orders);
  const rows = Map.groupBy(comparisons, nameOf);
  return html`<p class="quiet" id="${id}">
      Nats per token of a model at k steps less those of ${teacher} at ${defaultClaim.factor}k steps and the
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
          ${Array.from(
            rows,
            ([name, own]) =>
              html`<tr>
                <th scope="row">${name}</th>
                ${steps.map((count) => cell(own.find((one) => one.steps === count)))}
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
