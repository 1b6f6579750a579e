import type { Precision, RevealOrder } from "@sdtt/scheduler";
import { differenceFromFrontier, frontierAt } from "./frontier.ts";
import type { FrontierDifference } from "./frontier.ts";
import type { ReportRow } from "./report-row.ts";
import { stepsToReach } from "./steps-to-reach.ts";
import type { StepsToReach } from "./steps-to-reach.ts";

/** A student's texts beside its teacher's of the same entropy, drawn with the same precision. */
export interface TeacherComparison {
  /** Of the student; of the teacher itself where it stands beside its own texts in random order. */
  readonly label: string;
  readonly steps: number;
  readonly precision: Precision;
  readonly temperature: number;
  readonly order: RevealOrder;
  /** Of the teacher's texts: the student's own, or `random`. */
  readonly teacherOrder: RevealOrder;
  /** Beside the teacher at as many steps. */
  readonly atSameSteps: FrontierDifference;
  /** Beside the teacher at `Claim.factor` times as many steps; undefined where it was not measured there. */
  readonly atMoreSteps: FrontierDifference | undefined;
  /** What the teacher needs to come down to the student's nats per token at the student's entropy. */
  readonly teacherSteps: StepsToReach;
  /** The teacher's steps by the student's: a bound where `teacherSteps` is one. */
  readonly factor: number;
  readonly verdict: Verdict;
}

/**
 * Whether a claim holds: `holds` and `fails` where the difference is clearly on one side of 0, `open` where it is within the
 * noise, `unknown` where the teacher was not measured at that many steps or at that entropy.
 */
export type Verdict = "holds" | "fails" | "open" | "unknown";

/** What is claimed of a student: at k steps it is no worse than its teacher at `factor` k and equal entropy. */
export interface Claim {
  readonly factor: number;
  /** Nats within which two entropies count as equal, where the teacher's frontier ends before the student's entropy. */
  readonly entropyTolerance: number;
  /** Standard errors that a difference must be from 0 to be clear. */
  readonly standardErrors: number;
}

/** Four times the steps: twice the two steps that a round of distillation makes one. */
export const defaultClaim: Claim = { factor: 4, entropyTolerance: 0.05, standardErrors: 2 };

/**
 * Sets each measurement of each student beside the teacher at equal entropy. The claim of SDTT is that a student at k steps
 * is as good as its teacher at 4k or more without a loss of diversity (Deschenaux & Gulcehre 2024, arXiv 2410.21035). A
 * perplexity alone would not tell: texts that repeat themselves have a low one.
 *
 * A student in another order than the published one, `random`, is compared twice: with the teacher in the same order, which
 * tells what the training gained, and with the teacher in random order, which tells what training and order gained together.
 * What the order gained without training is told of the teacher itself, beside its own texts in random order.
 */
export function compareWithTeacher(
  rows: readonly ReportRow[],
  teacher: string,
  claim: Claim = defaultClaim,
): TeacherComparison[] {
  const diffusion = rows.filter(({ kind }) => kind === "diffusion");
  return diffusion.flatMap((student) => {
    const order = orderOf(student);
    const besides = student.label === teacher ? [] : [order];
    return [...besides, ...(order === "random" ? [] : (["random"] as const))].flatMap((teacherOrder) => {
      const own = diffusion.filter(
        (row) =>
          row.label === teacher && row.precision === student.precision && orderOf(row) === teacherOrder,
      );
      const frontiers = new Map([...Map.groupBy(own, ({ steps }) => steps)].toSorted(([a], [b]) => a - b));
      return frontiers.has(student.steps)
        ? [compare(student, { order: teacherOrder, frontiers }, claim)]
        : [];
    });
  });
}

function orderOf({ order = "random" }: ReportRow): RevealOrder {
  return order;
}

/** A teacher's measurements in one order, by steps. */
interface TeacherTexts {
  readonly order: RevealOrder;
  readonly frontiers: ReadonlyMap<number, readonly ReportRow[]>;
}

function compare(
  student: ReportRow,
  { order: teacherOrder, frontiers }: TeacherTexts,
  claim: Claim,
): TeacherComparison {
  const { label, steps, precision, temperature } = student;
  const curve = Array.from(frontiers, ([count, rows]) => ({
    ...frontierAt(rows, student.unigramEntropy),
    steps: count,
  }));
  const teacherSteps = stepsToReach(curve, student.nats);
  const more = frontiers.get(claim.factor * steps);
  const atMoreSteps = more && differenceFromFrontier(student, more);
  return {
    label,
    steps,
    precision,
    temperature,
    order: orderOf(student),
    teacherOrder,
    atSameSteps: differenceFromFrontier(student, frontiers.get(steps)!),
    atMoreSteps,
    teacherSteps,
    factor: teacherSteps.steps / steps,
    verdict: atMoreSteps ? judge(atMoreSteps, claim) : "unknown",
  };
}

function judge(difference: FrontierDifference, claim: Claim): Verdict {
  const { nats, standardError, entropyDifference } = difference;
  const noise = claim.standardErrors * standardError;
  const side = nats < -noise ? "holds" : nats > noise ? "fails" : "open";
  // Texts that are better and more varied than the teacher's are better at equal entropy; worse and less varied, worse.
  const isBeyond = Math.abs(entropyDifference) > claim.entropyTolerance;
  const dominates = entropyDifference > 0 ? "holds" : "fails";
  return isBeyond && side !== dominates ? "unknown" : side;
}
