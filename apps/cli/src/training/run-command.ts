import { availableParallelism, cpus } from "node:os";
import { createResourceStack } from "@sdtt/core";
import type { ResourceStack } from "@sdtt/core";
import type { MemoryOptions, MethodPlan, RunEvent, RunOptions } from "@sdtt/distill";
import { createBatches } from "@sdtt/data";
import type { TokenizerSource } from "@sdtt/data";
import { createEngine } from "@sdtt/runtime";
import { createSchedule } from "@sdtt/scheduler";
import type { Tokenizer } from "@sdtt/tokenizer";
import type { Command } from "commander";
import { readText } from "sdtt";
import { printLine } from "../context.ts";
import type { CliContext } from "../context.ts";
import { engineOptions } from "../engine-options.ts";
import { shareMachine } from "../ranks/share-machine.ts";
import type { Ranked } from "../ranks/with-ranks.ts";
import { openData } from "./open-data.ts";
import { openMetrics } from "./metrics-file.ts";
import { planLines } from "./plan.ts";
import { createProgressView } from "./progress-view.ts";
import { describeSettings, saveSettings } from "./read-settings.ts";
import type { RunSettings } from "./run-settings.ts";
import type { ResolvedSettings } from "./settings.ts";

/** A run but for what it trains and how. */
type RunSetUp = Omit<RunOptions, "optimizer">;

export interface RunCommandOptions extends Ranked {
  readonly settings: ResolvedSettings<RunSettings>;
  readonly planOnly: boolean;
  readonly offline: boolean | undefined;
  readonly tokenizer: Tokenizer;
  readonly tokenizerSource: TokenizerSource;
  /** Tokens that the model is trained on at a time, unless told otherwise. */
  readonly modelLength: number;
  readonly memory: Pick<MemoryOptions, "model" | "teacher" | "companions">;
  /** Passes through a network for each text of an update, where a method tells them. */
  readonly passes?: MethodPlan["passes"];
  /** What the model writes at a validation to tell its entropy; nothing unless given, or where the count is 0. */
  readonly validationTexts?: { readonly count: number; readonly steps: number };
  /** Starts the run. */
  readonly start: (options: RunSetUp) => AsyncIterable<RunEvent>;
}

/** Runs a training or a distillation from settings to the last event, or plans it. */
export async function runCommand(command: RunCommandOptions): Promise<void> {
  const { context, ranks, settings, planOnly, offline, tokenizerSource, modelLength, memory, start } =
    command;
  const { values } = settings;
  const { batchSize, microBatchSize, seed, length = modelLength } = values;
  const reading = {
    context,
    tokenizer: tokenizerSource,
    length,
    packing: values.packing,
    field: values.field,
    detokenizer: values.detokenizer,
    cache: values.dataCache,
    offline,
  };
  // One rank tokenizes what all ranks on its machine then find.
  if (ranks.rank > 0) await ranks.barrier();
  await using source = await openData(values.data, reading);
  if (ranks.rank === 0) await ranks.barrier();
  const held = planOnly || ranks.rank > 0 ? undefined : values.validation;
  await using heldOut = held === undefined ? undefined : await openData(held, reading);
  await using engine = await createEngine(engineOptions(shareOf(command)));
  if (values.device === "auto") printLine(context.stderr, `Computing on ${engine.device}.`);
  const setUp: RunSetUp = {
    engine,
    source,
    order: createBatches({ blockCount: source.blockCount, batchSize, seed }),
    batchSize,
    microBatchSize,
    seed,
    schedule: createSchedule(values.schedule),
    antithetic: values.antithetic,
    maskOrder: values.maskOrder,
    keepBos: values.keepBos,
    dropout: values.dropout,
    recompute: values.recompute,
    dtype: values.dtype,
    ranks,
    clock: context.now,
    signal: context.signal,
  };
  if (planOnly) {
    printSettings(command);
    const lines = await planLines({
      memory: {
        ...memory,
        length,
        microBatchSize: microBatchSize ?? batchSize,
        recompute: values.recompute,
      },
      passes: command.passes,
      availableMemory: process.availableMemory(),
      ranks,
      clock: context.now,
      start: () => start(setUp),
    });
    for (const line of lines) printLine(context.stdout, line);
    return;
  }
  const { validateEvery, validationBlocks, sampleEvery, sampleSteps } = values;
  await followRun(command, {
    ...setUp,
    directory: values.out,
    checkpointEvery: values.checkpointEvery,
    keepLast: values.keepLast,
    validation: heldOut && {
      source: heldOut,
      every: validateEvery,
      blocks: validationBlocks,
      texts: command.validationTexts?.count ? command.validationTexts : undefined,
    },
    samples: sampleEvery > 0 ? { every: sampleEvery, steps: sampleSteps } : undefined,
  });
}

/** The settings, with what is this rank's of its machine where they leave it open. */
function shareOf({ localRank, localRanks, settings: { values } }: RunCommandOptions): RunSettings {
  const [allowed, processors] = [availableParallelism(), cpus().length];
  const share = shareMachine({ localRank, localRanks, device: values.device, allowed, processors });
  const { threads = share.threads, gpu = share.gpu } = values;
  return { ...values, ...(threads !== undefined && { threads }), ...(gpu !== undefined && { gpu }) };
}

/** Writes down and shows what happens; the last model's place is the command's answer. */
async function followRun(command: RunCommandOptions, options: RunSetUp): Promise<void> {
  const { context, ranks, settings, tokenizer, start } = command;
  const writes = ranks.rank === 0;
  const { values } = settings;
  const metrics = openMetrics(values.out);
  const view = createProgressView(context, tokenizer);
  await using atExit = createResourceStack();
  let begun = false;
  let last: string | undefined;
  try {
    for await (const event of start(options)) {
      // Only now is the directory known to be this run's.
      if (!begun) {
        printSettings(command);
        saveBeforeExit(context, atExit);
        if (writes) {
          await saveSettings(values.out, values);
          await metrics.rewindTo(event.kind === "resume" ? event.step : -1);
        }
        begun = true;
      }
      if (writes) await metrics.append(recordOf(event, tokenizer));
      view.show(event);
      if (event.kind === "checkpoint" || event.kind === "resume") last = event.path;
    }
  } finally {
    view.close();
  }
  printLine(context.stdout, last ?? values.out);
}

/** Only when nothing refuses them any more. */
function printSettings({ context, settings }: RunCommandOptions): void {
  for (const line of ["Settings:", ...describeSettings(settings)]) printLine(context.stderr, line);
}

/** A signal lets the update under way end and a checkpoint be saved, however long that takes. */
function saveBeforeExit({ stderr, signal, deferExit }: CliContext, atExit: ResourceStack): void {
  const announce = () =>
    printLine(stderr, "Stopping after this update, to save a checkpoint. A second signal stops at once.");
  signal.addEventListener("abort", announce, { once: true });
  atExit.defer(() => signal.removeEventListener("abort", announce));
  if (deferExit) atExit.use(deferExit());
}

function recordOf(event: RunEvent, tokenizer: Tokenizer): object {
  if (event.kind !== "sample") return event;
  const { kind, step, tokens } = event;
  return { kind, step, texts: tokens.map((ids) => readText(ids, tokenizer)) };
}

/** Adds what both commands have beside their settings. */
export function addRunOptions(command: Command): Command {
  return command
    .argument("[config]", 'a JSON file of settings, named like the flags: { "batchSize": 32, ... }')
    .option("--plan", "say what the run would take, measured over a few updates, and stop");
}
