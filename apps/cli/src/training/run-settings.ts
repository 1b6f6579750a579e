import type { DetokenizerName, Packing } from "@sdtt/data";
import type { AdamWOptions } from "@sdtt/distill";
import { maskOrders } from "@sdtt/scheduler";
import type { MaskOrder, ScheduleName } from "@sdtt/scheduler";
import { z } from "zod";
import { deviceNames } from "../engine-options.ts";
import type { Device } from "../engine-options.ts";
import { choice, count, real, text, toggle } from "./settings.ts";
import type { SettingsTable } from "./settings.ts";
import { dataForms, detokenizerNames } from "./find-data.ts";

/** What `train` and `distill` have in common. */
export interface RunSettings {
  readonly data: string;
  readonly validation?: string;
  readonly field: string;
  readonly detokenizer: DetokenizerName | "none";
  readonly packing: Packing;
  readonly dataCache?: string;
  readonly out: string;
  readonly length?: number;
  readonly batchSize: number;
  readonly microBatchSize?: number;
  readonly learningRate: number;
  readonly warmupSteps: number;
  readonly decay: "constant" | "cosine";
  readonly decaySteps?: number;
  readonly decayFloor: number;
  readonly beta1: number;
  readonly beta2: number;
  readonly epsilon: number;
  readonly weightDecay: number;
  readonly clipNorm: number;
  readonly averageDecay: number;
  readonly seed: number;
  readonly schedule: ScheduleName;
  readonly antithetic: boolean;
  readonly maskOrder: MaskOrder;
  readonly keepBos: boolean;
  readonly dropout: number;
  readonly recompute: boolean;
  readonly checkpointEvery: number;
  readonly keepLast: number;
  readonly validateEvery: number;
  readonly validationBlocks: number;
  readonly sampleEvery: number;
  readonly sampleSteps: number;
  readonly engine: "auto" | "c-api" | "binding";
  readonly device: Device;
  readonly gpu?: number;
  readonly tf32: boolean;
  readonly dtype: "float32" | "bfloat16";
  readonly threads?: number;
}

/** The defaults that differ: the paper distils slower than MDLM trains. */
export interface RunDefaults {
  readonly out: string;
  readonly learningRate: number;
  readonly warmupSteps: number;
}

const share: z.ZodType<number> = z.number().min(0).max(1);

export function runSettingsTable(defaults: RunDefaults): SettingsTable<RunSettings> {
  return {
    data: text(`text to learn from: ${dataForms}`, "<data>", { required: true }),
    validation: text("held-out text to measure on, likewise", "<data>"),
    field: text("of JSONL, or column of Parquet, that holds the text", "<name>", { default: "text" }),
    detokenizer: choice("makes text of a corpus that is published as words", detokenizerNames),
    packing: choice("documents one after the other, or each block beginning with one", [
      "joined",
      "documents",
    ]),
    dataCache: text("where tokenized text is kept (default: the user's cache)", "<directory>"),
    out: text("directory of the run; an existing one is resumed", "<directory>", {
      default: defaults.out,
    }),
    length: count("tokens of a block (default: the model's)", undefined, 2),
    batchSize: count("sequences of an update; the paper has 128", 32),
    microBatchSize: count("sequences computed at a time; divides the batch (default: all of it)"),
    learningRate: real("after the warm-up", defaults.learningRate),
    warmupSteps: count("updates over which the rate rises from 0", defaults.warmupSteps, 0),
    decay: choice("what the rate does then", ["constant", "cosine"]),
    decaySteps: count("update at which the cosine ends (default: the last)"),
    decayFloor: real("where the cosine ends, as a share of the rate", 0, share),
    beta1: real("AdamW's decay of the mean of gradients", 0.9, share),
    beta2: real("AdamW's decay of the mean of their squares", 0.999, share),
    epsilon: real("AdamW's", 1e-8),
    weightDecay: real("AdamW's, decoupled", 0),
    clipNorm: real("longest gradient that is not scaled down", 1),
    averageDecay: real("of the moving average of the weights", 0.9999, share),
    seed: count("of every random draw", 1, 0),
    schedule: choice("of the noise", ["loglinear", "cosine", "cosinesqr", "linear", "geometric"]),
    antithetic: toggle("spread the times of a batch evenly", true),
    maskOrder: choice(
      "which positions are masked together: each drawn alone, or neighbours apart",
      maskOrders,
    ),
    keepBos: toggle("never mask the first token of a block, as with --bos when sampling", false),
    dropout: real(
      "share of elements set to zero where branches join; 0.1 in the original",
      0,
      z.number().min(0).lt(1),
    ),
    recompute: toggle("compute blocks again in the backward pass: less memory, more time", false),
    checkpointEvery: count("updates between checkpoints", 1000),
    keepLast: count("checkpoints to keep", 2),
    validateEvery: count("updates between validations", 1000),
    validationBlocks: count("blocks of a validation", 64),
    sampleEvery: count("updates between samples; 0 for none", 0, 0),
    sampleSteps: count("steps of a sample", 32),
    engine: choice("how ONNX Runtime is called", ["auto", "c-api", "binding"]),
    device: choice("where to compute; auto takes cuda where it can be used", deviceNames),
    gpu: count("which GPU, with cuda (default: 0)", undefined, 0),
    tf32: toggle("let float32 products round to 10 bits of mantissa, with cuda", false),
    dtype: choice("what the student's products are computed in; the half type with cuda", [
      "float32",
      "bfloat16",
    ]),
    threads: count("threads to compute with (default: all cores)"),
  };
}

/** @param steps - updates in all. */
export function optimizerOf(settings: RunSettings, steps: number): AdamWOptions {
  const { learningRate: peak, warmupSteps, decay, decaySteps = steps, decayFloor: floor } = settings;
  const { beta1, beta2, epsilon, weightDecay, clipNorm, averageDecay } = settings;
  const after =
    decay === "cosine" ? { kind: decay, totalSteps: decaySteps, floor } : ({ kind: decay } as const);
  const learningRate = { peak, warmupSteps, after };
  return { learningRate, beta1, beta2, epsilon, weightDecay, clipNorm, averageDecay };
}
