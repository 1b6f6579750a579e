import { InvalidArgumentError } from "commander";

/** What can be measured of texts, by its name on the command line. */
export type MetricName = "perplexity" | "mauve" | "gradient-moment" | "self-bleu" | `rep-${number}`;

/** Metrics that a judge is needed for, and those that compare with a reference. */
const judged = new Set<MetricName>(["perplexity", "mauve", "gradient-moment"]);
const compared = new Set<MetricName>(["mauve", "gradient-moment"]);

export const metricNames = "perplexity, mauve, gradient-moment, self-bleu, rep-N";

export function isMetricName(name: string): name is MetricName {
  return /^(perplexity|mauve|gradient-moment|self-bleu|rep-[1-9]\d*)$/.test(name);
}

/** A parser of a list of metrics, such as `perplexity,rep-4`. */
export function metricList(text: string): readonly MetricName[] {
  const names = text.split(",").map((name) => name.trim());
  const unknown = names.find((name) => !isMetricName(name));
  if (unknown !== undefined) {
    throw new InvalidArgumentError(`There is no metric "${unknown}": take some of ${metricNames}.`);
  }
  return [...new Set(names)] as MetricName[];
}

/** What metrics need that was not given, as a sentence; undefined if nothing is missing. */
export function missingFor(
  names: readonly MetricName[],
  given: { readonly judge: boolean; readonly reference: boolean },
): string | undefined {
  const needsJudge = names.find((name) => judged.has(name));
  if (needsJudge && !given.judge) return `${needsJudge} needs a judge: name one with --judge.`;
  const needsReference = names.find((name) => compared.has(name));
  if (!needsReference || given.reference) return undefined;
  return `${needsReference} compares with texts of people: name a file of them with --reference.`;
}
