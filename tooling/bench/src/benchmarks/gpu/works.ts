import { fileURLToPath } from "node:url";
import type { BenchmarkOptions } from "../../benchmark.ts";
import type { DitConfig } from "@sdtt/models";
import { randomCheckpoint } from "../../dit-small.ts";
import { start, startNode } from "../../harness/process-contestant.ts";
import type { ProcessContestant } from "../../harness/process-contestant.ts";
import { backboneOperations } from "./sizes.ts";
import type { Size } from "./sizes.ts";

/** The same work for several, ours first and PyTorch second if it takes part. */
export interface Work {
  readonly name: "sample" | "distill";
  readonly size: string;
  readonly batch: number;
  /** What one turn writes or learns from. */
  readonly tokens: number;
  readonly entrants: readonly Entrant[];
}

interface Common extends Pick<BenchmarkOptions, "device" | "threads"> {
  readonly dtype: "float32" | "bfloat16";
}

/** What the contestants that write texts are told. */
export interface TextsArgument extends Common {
  readonly config: DitConfig;
  readonly path: string;
  readonly batch: number;
  readonly steps: number;
}

export interface Entrant {
  readonly name: string;
  readonly start: () => Promise<ProcessContestant>;
  /** Operations of a turn within the backbone, where they are counted. */
  readonly operations?: number;
}

const steps = 32;
/** Sequences of an update: what fits beside PyTorch's full logits on 80 GB. */
const distilledBatch = 8;

const sampleTexts = new URL("../../contestants/sample-texts.ts", import.meta.url);
const autoregressiveTexts = new URL("../../contestants/autoregressive-texts.ts", import.meta.url);
const distillStep = new URL("../../contestants/distill-step.ts", import.meta.url);
const python = (name: string) => fileURLToPath(new URL(`../../../pytorch/${name}.py`, import.meta.url));

/** Texts from nothing: ours, PyTorch's, and one token at a time. */
export async function samplingWork(size: Size, batch: number, options: BenchmarkOptions): Promise<Work> {
  const { name, config } = size;
  const argument: TextsArgument = {
    config,
    batch,
    steps,
    path: await checkpointOf(size, options),
    ...common(options),
  };
  // The first step sees nothing but masks, so that one position answers for all.
  const operations = batch * config.length * backboneOperations(config) * (steps - 1);
  const full = (operations / (steps - 1)) * steps;
  const entrants: Entrant[] = [
    {
      name: `ours, ${steps} steps`,
      start: () => startNode("ours", sampleTexts, argument),
      operations,
    },
    ...inPyTorch(`PyTorch, ${steps} steps`, "sample_texts", argument, options, full),
  ];
  if (size.thorough) {
    const path = await baselineOf(size, options);
    const baseline = { ...argument, path };
    entrants.push({
      name: "ours, autoregressive",
      start: () => startNode("autoregressive", autoregressiveTexts, baseline),
    });
  }
  return { name: "sample", size: name, batch, tokens: batch * config.length, entrants };
}

/** One update of a distillation. */
export async function distillationWork(size: Size, options: BenchmarkOptions): Promise<Work> {
  const { name, config } = size;
  const { length } = config;
  const path = await checkpointOf(size, options);
  const argument = { config, path, batch: distilledBatch, length, ...common(options) };
  const ours = () => startNode("ours", distillStep, argument);
  const entrants = [
    { name: "ours", start: ours },
    ...inPyTorch("PyTorch", "distill_step", argument, options),
  ];
  return { name: "distill", size: name, batch: distilledBatch, tokens: distilledBatch * length, entrants };
}

/** On a GPU everybody computes products in bfloat16; a CPU has no kernels for it. */
export function computeType(device: BenchmarkOptions["device"]): "float32" | "bfloat16" {
  return device === "cuda" ? "bfloat16" : "float32";
}

function common({ device, threads }: BenchmarkOptions): Common {
  return { device, threads, dtype: computeType(device) };
}

function inPyTorch(
  name: string,
  file: string,
  argument: object,
  { pytorch }: BenchmarkOptions,
  operations?: number,
): Entrant[] {
  if (!pytorch) return [];
  const begin = () => start(name, pytorch, [python(file), JSON.stringify(argument)]);
  return [{ name, start: begin, ...(operations === undefined ? {} : { operations }) }];
}

async function checkpointOf({ name, config }: Size, { cache: folder }: BenchmarkOptions): Promise<string> {
  const model = { family: "sdtt", config } as const;
  return (await randomCheckpoint({ folder, name: `gpu-${name}`, model })).path;
}

async function baselineOf({ name, config }: Size, { cache: folder }: BenchmarkOptions): Promise<string> {
  const model = { family: "ar", config } as const;
  return (await randomCheckpoint({ folder, name: `gpu-${name}-ar`, model })).path;
}
