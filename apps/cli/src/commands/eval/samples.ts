import { createResourceStack, SdttError } from "@sdtt/core";
import type { Packing } from "@sdtt/data";
import { evaluateSamples, expectEnoughTexts } from "@sdtt/eval";
import { plural } from "@sdtt/report/text";
import { createEngine } from "@sdtt/runtime";
import { takesSteps } from "@sdtt/scheduler";
import type { Command } from "commander";
import type { TextSampleOptions } from "sdtt";
import { printLine } from "../../context.ts";
import type { CliContext } from "../../context.ts";
import { engineOptions } from "../../engine-options.ts";
import { openNamedCheckpoint } from "../../evaluation/examine-model.ts";
import { protocolOption, readingFor } from "../../evaluation/judge-protocol.ts";
import type { JudgeProtocol } from "../../evaluation/judge-protocol.ts";
import { joinTexts } from "../../evaluation/measure-texts.ts";
import { metricList, metricNames, missingFor } from "../../evaluation/metric-names.ts";
import type { MetricName } from "../../evaluation/metric-names.ts";
import { packingOption } from "../../evaluation/packing-option.ts";
import { openTextGradient } from "../../evaluation/open-text-gradient.ts";
import { readHeldOutTexts } from "../../evaluation/held-out-texts.ts";
import { sampleMetrics } from "../../evaluation/sample-metrics.ts";
import { openTextSource } from "../../evaluation/open-text-source.ts";
import type { TextSource } from "../../evaluation/text-source.ts";
import { addQueueOptions } from "../../many-texts/queue-options.ts";
import type { QueueFlags } from "../../many-texts/queue-options.ts";
import { addModelOptions, openJudge } from "../../model-options.ts";
import type { ModelFlags } from "../../model-options.ts";
import { addSamplingOptions, samplingOptions } from "../../sampling-options.ts";
import type { SamplingFlags } from "../../sampling-options.ts";
import { showProgress } from "../../work-progress.ts";
import { printFacts } from "./print-facts.ts";

interface SamplesFlags extends ModelFlags, SamplingFlags, QueueFlags {
  readonly judge?: string;
  readonly protocol: JudgeProtocol;
  readonly metrics?: readonly MetricName[];
  readonly reference?: string;
  readonly field: string;
  readonly packing: Packing;
  readonly dataCache?: string;
  readonly json?: boolean;
}

export function addSamplesCommand(parent: Command, context: CliContext): void {
  const command = parent
    .command("samples")
    .description("entropy and variety of texts that the model writes, and other metrics of them");
  addQueueOptions(addModelOptions(addSamplingOptions(command)))
    .option("--judge <name>", "an autoregressive model, for metrics that need one")
    .addOption(protocolOption())
    .option(
      "--metrics <list>",
      `some of ${metricNames} (default: perplexity where there is a judge)`,
      metricList,
    )
    .option("--reference <files>", "texts of people to compare with: text or JSONL, also .gz")
    .option("--field <name>", "of JSONL that holds the text", "text")
    .addOption(packingOption())
    .option("--data-cache <directory>", "where the tokenized reference is kept (default: the user's cache)")
    .option("--json", "print the result as JSON")
    .action((flags: SamplesFlags) => evaluateTexts(flags, context));
}

async function evaluateTexts(flags: SamplesFlags, context: CliContext): Promise<void> {
  const { protocol, samples: count, sampler = "ancestral", precision = "exact" } = flags;
  const { steps = sampler === "euler" || takesSteps(sampler) ? 32 : undefined } = flags;
  const names = flags.metrics ?? (flags.judge === undefined ? [] : ["perplexity"]);
  checkMetrics(names, flags);
  await using opened = createResourceStack();
  // Where others write and nobody judges, this machine computes nothing.
  const engine =
    flags.queue === undefined || flags.judge !== undefined
      ? opened.use(await createEngine(engineOptions(flags)))
      : undefined;
  const options = { ...samplingOptions(flags), steps, precision };
  const source = await openTextSource(flags, { engine, opened, context });
  const judge =
    flags.judge === undefined
      ? undefined
      : opened.use(await openJudge({ ...flags, model: flags.judge, engine: engine! }, context));
  const reading = judge && readingFor(protocol, { judge, model: source });
  const reference = await readReference(flags, source, context);
  if (names.includes("mauve")) expectEnoughTexts({ samples: count, reference: reference!.batch });
  await source.check?.(options);
  const { tokens, passes, seed } = await writeShown(source, options, context);
  const samples = joinTexts(tokens);
  await using gradients = names.includes("gradient-moment")
    ? await openTextGradient(judge!.name, { flags, engine: engine!, context })
    : undefined;
  using progress = showProgress(context, "Measuring");
  const onWarning = (line: string) => printLine(context.stderr, `warning: ${line}`);
  const metrics = sampleMetrics({ names, judge, reading, reference, gradients, progress, onWarning });
  const report = await evaluateSamples({
    samples,
    // Where the sampler has no grid, each pass is a step.
    sampling: { steps: steps ?? passes, passes, precision },
    metrics: Object.fromEntries(metrics.map(({ name, metric }) => [name, metric])),
    signal: context.signal,
  });
  const measured = metrics.flatMap(({ name, metric, describe }) => [
    [name, describe(report.metrics[name]!.result as never)] as const,
    ["protocol", metric.protocol] as const,
  ]);
  const result = { model: source.name, judge: judge?.name, seed, reference: reference?.batch, ...report };
  printFacts(context, flags, result, [
    ...measured,
    ["entropy", `${report.unigramEntropy.toFixed(4)} nats per token`],
    ...report.distinct.map((share, i) => [`distinct-${i + 1}`, share.toFixed(4)] as const),
    [
      "sampling",
      [
        ...(steps === undefined ? [] : [plural(steps, "step")]),
        plural(passes, "pass", "passes"),
        `${precision} draws, seed ${seed}`,
      ].join(", "),
    ],
    ["texts", `${samples.batch} of ${samples.length} tokens`],
    ...(reference ? [["reference", `${reference.batch} of ${reference.length} tokens`] as const] : []),
  ]);
}

async function writeShown(source: TextSource, options: TextSampleOptions, context: CliContext) {
  using progress = showProgress(context, "Sampling");
  return await source.write(options, ({ state, done }) => progress.update(state, done));
}

/** Before anything is loaded or written. */
function checkMetrics(names: readonly MetricName[], { judge, reference, samples }: SamplesFlags): void {
  const missing = missingFor(names, { judge: judge !== undefined, reference: reference !== undefined });
  if (missing) throw new SdttError("usage", missing);
  if (names.includes("mauve")) expectEnoughTexts({ samples });
}

/** As many texts of the reference as are written, of their length. */
async function readReference(flags: SamplesFlags, source: TextSource, context: CliContext) {
  const { reference: data, samples: texts, length = source.description.config.length } = flags;
  if (data === undefined) return undefined;
  const checkpoint = await openNamedCheckpoint(flags.model, flags, context);
  const options = {
    ...flags,
    checkpoint,
    model: source.name,
    data,
    texts,
    length,
  } as const;
  return (await readHeldOutTexts(options, context)).texts;
}
