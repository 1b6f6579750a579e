import { evaluateSamples, generativePerplexity } from "@sdtt/eval";
import { plural } from "@sdtt/report";
import type { Command } from "commander";
import type { CliContext } from "../../context.ts";
import { checkDiffusion } from "../../check-length.ts";
import { joinTexts } from "../../evaluation/measure-texts.ts";
import { expectSameVocabulary } from "../../evaluation/vocabulary.ts";
import { addModelOptions, openJudge, openModel } from "../../model-options.ts";
import type { ModelFlags } from "../../model-options.ts";
import { addSamplingOptions, samplingOptions } from "../../sampling-options.ts";
import type { SamplingFlags } from "../../sampling-options.ts";
import { runPlain } from "../../write-texts.ts";
import { printFacts } from "./print-facts.ts";

type SamplesFlags = ModelFlags & SamplingFlags & { readonly judge?: string; readonly json?: boolean };

export function addSamplesCommand(parent: Command, context: CliContext): void {
  const command = parent
    .command("samples")
    .description("entropy and variety of texts that the model writes, and their perplexity under a judge");
  addModelOptions(addSamplingOptions(command))
    .option("--judge <name>", "an autoregressive model of the same tokenizer, for the generative perplexity")
    .option("--json", "print the result as JSON")
    .action((flags: SamplesFlags) => evaluateTexts(flags, context));
}

async function evaluateTexts(flags: SamplesFlags, context: CliContext): Promise<void> {
  await using model = await openModel(flags, context);
  await using judge =
    flags.judge === undefined ? undefined : await openJudge({ ...flags, model: flags.judge }, context);
  if (judge) expectSameVocabulary(judge, model);
  const { steps = 32, precision = "exact" } = flags;
  const options = { ...samplingOptions(flags), steps, precision, signal: context.signal };
  await checkDiffusion(context, model, options);
  const { tokens, passes, seed } = (await runPlain(context, model, options)).sample;
  const samples = joinTexts(tokens);
  const report = await evaluateSamples({
    samples,
    sampling: { steps, passes, precision },
    metrics: judge ? { perplexity: generativePerplexity({ judge: judge.network }) } : {},
    signal: context.signal,
  });
  const { perplexity } = report.metrics;
  printFacts(context, flags, { model: model.name, judge: judge?.name, seed, ...report }, [
    ...(perplexity
      ? [
          ["perplexity", `${perplexity.result.perplexity.toFixed(2)} under ${judge!.name}`] as const,
          ["protocol", perplexity.protocol] as const,
        ]
      : []),
    ["entropy", `${report.unigramEntropy.toFixed(4)} nats per token`],
    ...report.distinct.map((share, i) => [`distinct-${i + 1}`, share.toFixed(4)] as const),
    [
      "sampling",
      `${plural(steps, "step")}, ${plural(passes, "pass", "passes")}, ${precision} draws, seed ${seed}`,
    ],
    ["texts", `${samples.batch} of ${samples.length} tokens`],
  ]);
}
