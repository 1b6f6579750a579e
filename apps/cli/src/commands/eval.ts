import { createStream, SdttError } from "@sdtt/core";
import type { Denoiser } from "@sdtt/core";
import { datasetOfTexts, readDocuments } from "@sdtt/data";
import { evaluateSamples, nelboBound } from "@sdtt/eval";
import type { Command } from "commander";
import type { LanguageModel } from "sdtt";
import { printLine } from "../context.ts";
import type { CliContext } from "../context.ts";
import { addModelOptions, openModel } from "../model-options.ts";
import type { ModelFlags } from "../model-options.ts";
import { wholeNumber } from "../numbers.ts";
import { addSamplingOptions, samplingOptions } from "../sampling-options.ts";
import type { SamplingFlags } from "../sampling-options.ts";

interface NelboFlags extends ModelFlags {
  readonly data: string;
  readonly length?: number;
  readonly texts?: number;
  readonly draws: number;
  readonly seed: number;
  readonly json?: boolean;
}

type SamplesFlags = ModelFlags & SamplingFlags & { readonly json?: boolean };

export function addEvalCommand(program: Command, context: CliContext): void {
  const command = program.command("eval").description("measure a model, or the texts it writes");
  addModelOptions(
    command
      .command("nelbo")
      .description("the perplexity bound on a text that the model was not trained on")
      .requiredOption("-d, --data <files>", "text or JSONL, also .gz: a file, a folder or a pattern")
      .option("-l, --length <tokens>", "tokens of a block (default: the model's)", wholeNumber({ least: 1 }))
      .option("--texts <count>", "take only the first blocks (default: all)", wholeNumber({ least: 1 }))
      .option("--draws <count>", "noise levels for each block", wholeNumber({ least: 1 }), 1)
      .option("--seed <number>", "decides noise levels and masks", wholeNumber({ least: 0 }), 0)
      .option("--json", "print the result as JSON"),
  ).action((flags: NelboFlags) => evaluateBound(flags, context));
  addModelOptions(
    addSamplingOptions(
      command.command("samples").description("entropy and variety of texts that the model writes"),
    ).option("--json", "print the result as JSON"),
  ).action((flags: SamplesFlags) => evaluateTexts(flags, context));
}

async function evaluateBound(flags: NelboFlags, context: CliContext): Promise<void> {
  await using model = await openModel(flags, context);
  const { length = model.description.config.length, draws, seed } = flags;
  const documents: string[] = [];
  for await (const text of readDocuments({ sources: flags.data, signal: context.signal }))
    documents.push(text);
  await using blocks = datasetOfTexts({ texts: documents, tokenizer: model.tokenizer, length });
  const batch = Math.min(flags.texts ?? Infinity, blocks.blockCount);
  const tokens = await blocks.read(Array.from({ length: batch }, (_, i) => i));
  const bound = await nelboBound({
    denoiser: denoiserOf(model),
    texts: { tokens, batch, length },
    stream: createStream(seed),
    draws,
    signal: context.signal,
  });
  const { nats, standardError, perplexity } = bound;
  print(context, flags, { model: model.name, data: flags.data, texts: batch, length, seed, ...bound }, [
    ["perplexity", `at most ${perplexity.toFixed(2)}`],
    ["nats per token", `at most ${nats.toFixed(4)}, standard error ${standardError.toFixed(4)}`],
    ["texts", `${batch} of ${length} tokens, ${draws} noise level${draws === 1 ? "" : "s"} each`],
  ]);
}

async function evaluateTexts(flags: SamplesFlags, context: CliContext): Promise<void> {
  await using model = await openModel(flags, context);
  const { steps = 32, precision = "exact" } = flags;
  const options = { ...samplingOptions(flags), steps, precision, signal: context.signal };
  const { tokens, passes, seed } = await model.sample(options);
  const length = tokens[0]!.length;
  const ids = new Int32Array(tokens.length * length);
  tokens.forEach((text, i) => ids.set(text, i * length));
  const report = await evaluateSamples({
    samples: { tokens: ids, batch: tokens.length, length },
    sampling: { steps, passes, precision },
    signal: context.signal,
  });
  print(context, flags, { model: model.name, seed, ...report }, [
    ["entropy", `${report.unigramEntropy.toFixed(4)} nats per token`],
    ...report.distinct.map((share, i) => [`distinct-${i + 1}`, share.toFixed(4)] as const),
    ["sampling", `${steps} steps, ${passes} passes, ${precision} draws, seed ${seed}`],
    ["texts", `${tokens.length} of ${length} tokens`],
  ]);
}

/** The law of SEDD is a score: its bound is another one. */
function denoiserOf(model: LanguageModel): Denoiser {
  if ("logProbs" in model.network) return model.network;
  throw new SdttError("usage", `${model.name} is a SEDD model: this bound is for MDLM and SDTT models.`);
}

function print(
  context: CliContext,
  { json }: { json?: boolean },
  result: object,
  facts: readonly (readonly [name: string, value: string])[],
): void {
  const width = Math.max(...facts.map(([name]) => name.length));
  const lines = facts.map(([name, value]) => `${name.padEnd(width)}  ${value}`).join("\n");
  printLine(context.stdout, json ? JSON.stringify(result, undefined, 2) : lines);
}
