import { createTextGradient } from "@sdtt/distill";
import { generativePerplexity, gradientMoment, mauve, repetition, selfBleu } from "@sdtt/eval";
import type { Mauve, SampleMetric, Samples } from "@sdtt/eval";
import { plural } from "@sdtt/report";
import type { Engine } from "@sdtt/runtime";
import type { CausalLanguageModel, LanguageModel } from "sdtt";
import type { CliContext } from "../context.ts";
import type { CheckpointFlags } from "../model-options.ts";
import { showProgress } from "../work-progress.ts";
import { openNamedCheckpoint } from "./examine-model.ts";
import { readingFor } from "./judge-protocol.ts";
import type { JudgeProtocol } from "./judge-protocol.ts";
import type { MetricName } from "./metric-names.ts";

/** A metric, and what it found in words. */
export interface NamedMetric {
  readonly name: MetricName;
  readonly metric: SampleMetric;
  /** One line for people. */
  readonly describe: (result: never) => string;
}

export interface SampleMetricsOptions {
  readonly context: CliContext;
  readonly names: readonly MetricName[];
  readonly model: Pick<LanguageModel, "name" | "tokenizer">;
  readonly judge: CausalLanguageModel | undefined;
  readonly protocol: JudgeProtocol;
  readonly reference: Samples | undefined;
  readonly engine: Engine;
  readonly checkpoint: CheckpointFlags;
}

/**
 * The metrics of these names. What they need is there: see `missingFor`.
 *
 * @throws SdttError `usage` for a judge of another vocabulary under the protocol `ids`.
 */
export function sampleMetrics(options: SampleMetricsOptions): NamedMetric[] {
  const { context, names, model, protocol } = options;
  const [judge, reference] = [options.judge!, options.reference!];
  const reading = options.judge && readingFor(protocol, { judge, model });
  const read = (done: number, total: number, progress: ReturnType<typeof showProgress>) =>
    progress.update(`${done} of ${plural(total, "text")}`, done / total);

  return names.map((name): NamedMetric => {
    switch (name) {
      case "perplexity":
        return named(
          name,
          generativePerplexity({ judge: judge.network, reading }),
          (found) => `${found.perplexity.toFixed(2)} under ${judge.name}`,
        );
      case "mauve": {
        const evaluate: SampleMetric<Mauve>["evaluate"] = async (samples, asked) => {
          using progress = showProgress(context, "Measuring MAUVE");
          const onProgress = (done: number, total: number) => read(done, total, progress);
          return await mauve({ judge: judge.network, reference, reading, onProgress }).evaluate(
            samples,
            asked,
          );
        };
        const { protocol: words } = mauve({ judge: judge.network, reference, reading });
        return named(name, { protocol: words, evaluate }, describeMauve);
      }
      case "gradient-moment": {
        const gradient: Parameters<typeof gradientMoment>[0]["gradient"] = async (texts, asked) => {
          using progress = showProgress(context, "Differentiating the judge");
          progress.update(plural(texts.batch, "text"));
          const found = await openNamedCheckpoint(judge.name, options.checkpoint, context);
          await using gradients = await createTextGradient({ ...found, engine: options.engine });
          return await gradients.gradient(texts, asked);
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

function describeMauve({ mauve: value, standardDeviation, values, clusters }: Mauve): string {
  return `${value.toFixed(4)}, standard deviation ${standardDeviation.toFixed(4)} over ${plural(values.length, "seed")}, ${plural(clusters, "cluster")}`;
}
