import type { MemoryOptions, RunEvent, RunOptions } from "@sdtt/distill";
import { createEngine } from "@sdtt/runtime";
import type { Engine } from "@sdtt/runtime";
import { createSchedule } from "@sdtt/scheduler";
import type { Tokenizer } from "@sdtt/tokenizer";
import type { Command } from "commander";
import { printLine } from "../context.ts";
import type { CliContext } from "../context.ts";
import { openTextBlocks, shuffledBatches } from "./blocks.ts";
import { openMetrics } from "./metrics-file.ts";
import { planLines } from "./plan.ts";
import { createProgressView } from "./progress-view.ts";
import { describeSettings, saveSettings } from "./read-settings.ts";
import type { RunSettings } from "./run-settings.ts";
import type { ResolvedSettings } from "./settings.ts";

/** A run but for what it trains and how. */
type RunSetUp = Omit<RunOptions, "optimizer">;

export interface RunCommandOptions {
  readonly context: CliContext;
  readonly settings: ResolvedSettings<RunSettings>;
  readonly planOnly: boolean;
  readonly tokenizer: Tokenizer;
  /** Tokens that the model is trained on at a time, unless told otherwise. */
  readonly modelLength: number;
  readonly memory: Pick<MemoryOptions, "config" | "teacher">;
  /** Starts the run. */
  readonly start: (options: RunSetUp) => AsyncIterable<RunEvent>;
}

/** Runs a training or a distillation from settings to the last event, or plans it. */
export async function runCommand(command: RunCommandOptions): Promise<void> {
  const { context, settings, planOnly, modelLength, memory, start } = command;
  const { values } = settings;
  for (const line of ["Settings:", ...describeSettings(settings)]) printLine(context.stderr, line);

  const length = values.length ?? modelLength;
  await using engine = await createEngine({ engine: values.engine, threads: values.threads });
  const options = await prepareRun(command, engine, length);
  if (!planOnly) return await followRun(command, options);

  const { directory: _, validation: __, samples: ___, ...unkept } = options;
  const lines = await planLines({
    memory: { ...memory, length, microBatchSize: values.microBatchSize ?? values.batchSize },
    availableMemory: process.availableMemory(),
    start: () => start(unkept),
  });
  for (const line of lines) printLine(context.stdout, line);
}

async function prepareRun(
  { context, settings: { values }, tokenizer }: RunCommandOptions,
  engine: Engine,
  length: number,
): Promise<RunSetUp> {
  const { data, validation, out, batchSize, seed, validateEvery: every, validationBlocks: blocks } = values;
  const source = await openTextBlocks(data, tokenizer, length);
  const heldOut =
    validation === undefined
      ? undefined
      : { source: await openTextBlocks(validation, tokenizer, length), every, blocks };
  return {
    engine,
    source,
    order: shuffledBatches({ blockCount: source.blockCount, batchSize, seed }),
    batchSize,
    microBatchSize: values.microBatchSize,
    seed,
    schedule: createSchedule(values.schedule),
    antithetic: values.antithetic,
    directory: out,
    checkpointEvery: values.checkpointEvery,
    keepLast: values.keepLast,
    validation: heldOut,
    samples: values.sampleEvery > 0 ? { every: values.sampleEvery, steps: values.sampleSteps } : undefined,
    clock: context.now,
    signal: context.signal,
  };
}

/** Writes down and shows what happens; the last model's place is the command's answer. */
async function followRun(
  { context, settings: { values }, tokenizer, start }: RunCommandOptions,
  options: RunSetUp,
): Promise<void> {
  const metrics = openMetrics(values.out);
  const view = createProgressView(context, tokenizer);
  let begun = false;
  let last: string | undefined;
  try {
    for await (const event of start(options)) {
      // Only now is the directory known to be this run's.
      if (!begun) {
        await saveSettings(values.out, values);
        await metrics.rewindTo(event.kind === "resume" ? event.step : -1);
        begun = true;
      }
      await metrics.append(recordOf(event, tokenizer));
      view.show(event);
      if (event.kind === "checkpoint" || event.kind === "resume") last = event.path;
    }
  } finally {
    view.close();
  }
  printLine(context.stdout, last ?? values.out);
}

function recordOf(event: RunEvent, tokenizer: Tokenizer): object {
  if (event.kind !== "sample") return event;
  const { kind, step, tokens } = event;
  return { kind, step, texts: tokenizer.decodeBatch(tokens) };
}

/** Adds what both commands have beside their settings. */
export function addRunOptions(command: Command): Command {
  return command
    .argument("[config]", 'a JSON file of settings, named like the flags: { "batchSize": 32, ... }')
    .option("--plan", "say what the run would take, measured over a few updates, and stop");
}
