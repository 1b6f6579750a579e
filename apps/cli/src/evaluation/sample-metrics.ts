import type { TextGradients } from "@sdtt/distill";
import { generativePerplexity, gradientMoment, mauve, repetition, selfBleu } from "@sdtt/eval";
import type { Mauve, Reading, SampleMetric, Samples, TextGradient } from "@sdtt/eval";
import { plural } from "@sdtt/report/text";
import type { CausalLanguageModel } from "sdtt";
import type { WorkProgress } from "../work-progress.ts";
import { differingEnds } from "./differing-ends.ts";
import type { MetricName } from "./metric-names.ts";

/** A metric, and what it found in words. */
export interface NamedMetric {
  readonly name: MetricName;
  readonly metric: SampleMetric;
  /** One line for people. */
  readonly describe: (result: never) => string;
}

export interface SampleMetricsOptions {
  readonly names: readonly MetricName[];
  /** These four where a metric needs them: see `missingFor`. */
  readonly judge: CausalLanguageModel | undefined;
  readonly reading: Reading | undefined;
  readonly reference: Samples | undefined;
  readonly gradients: TextGradients | undefined;
  readonly progress: Pick<WorkProgress, "update">;
  /** Told in one line what makes a result say little. */
  readonly onWarning: (line: string) => void;
}

/** The metrics of these names. */
export function sampleMetrics({
  names,
  reading,
  progress,
  onWarning,
  ...given
}: SampleMetricsOptions): NamedMetric[] {
  const [judge, reference, gradients] = [given.judge!, given.reference!, given.gradients!];

  return names.map((name): NamedMetric => {
    switch (name) {
      case "perplexity": {
        const metric = generativePerplexity({ judge: judge.network, reading });
        return named(name, metric, ({ perplexity }) => `${perplexity.toFixed(2)} under ${judge.name}`);
      }
      case "mauve": {
        const onProgress = (done: number, total: number) =>
          progress.update(`MAUVE, ${done} of ${plural(total, "text")}`);
        const metric = mauve({ judge: judge.network, reference, reading, onProgress });
        const warning = (samples: Samples) => differingEnds(samples, reference, judge.tokenizer.endOfTextId);
        return named(name, warned(metric, warning, onWarning), describeMauve);
      }
      case "gradient-moment": {
        const gradient: TextGradient = async (texts, options) => {
          progress.update(`gradient of ${plural(texts.batch, "text")}`);
          return gradients.gradient(texts, options);
        };
        return named(name, gradientMoment({ gradient, reference, reading }), (found) => found.toPrecision(4));
      }
      case "self-bleu":
        return named(name, selfBleu(), (found) => found.toFixed(4));
      default:
        return named(name, repetition({ n: Number(name.slice("rep-".length)) }), (found) => found.toFixed(4));
    }
  });
}

function named<Result>(
  name: MetricName,
  metric: SampleMetric<Result>,
  describe: (result: Result) => string,
): NamedMetric {
  return { name, metric, describe };
}

/** The same metric; what there is to warn of is told once. */
function warned<Result>(
  metric: SampleMetric<Result>,
  warningOf: (samples: Samples) => string | undefined,
  onWarning: (line: string) => void,
): SampleMetric<Result> {
  let isTold = false;
  return {
    ...metric,
    evaluate(samples, options) {
      const warning = isTold ? undefined : warningOf(samples);
      if (warning !== undefined) onWarning(warning);
      isTold ||= warning !== undefined;
      return metric.evaluate(samples, options);
    },
  };
}

function describeMauve({ mauve: value, standardDeviation, values, clusters }: Mauve): string {
  return `${value.toFixed(4)}, standard deviation ${standardDeviation.toFixed(4)} over ${plural(values.length, "seed")}, ${plural(clusters, "cluster")}`;
}
