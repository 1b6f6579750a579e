import type { Benchmark } from "./benchmark.ts";
import { autoregression } from "./benchmarks/autoregression/autoregression.ts";
import { browser } from "./benchmarks/browser/browser.ts";
import { distillStep } from "./benchmarks/distill-step.ts";
import { engine } from "./benchmarks/engine.ts";
import { eventLoop } from "./benchmarks/event-loop.ts";
import { firstWord } from "./benchmarks/first-word.ts";
import { growth } from "./benchmarks/growth/growth.ts";
import { gpu } from "./benchmarks/gpu/gpu.ts";
import { graphs } from "./benchmarks/gpu/graphs.ts";
import { hostShare } from "./benchmarks/gpu/host-share.ts";
import { memory } from "./benchmarks/gpu/memory.ts";
import { int8 } from "./benchmarks/int8.ts";
import { limits } from "./benchmarks/limits.ts";
import { processes } from "./benchmarks/machines/processes.ts";
import { queue } from "./benchmarks/machines/queue.ts";
import { ranks } from "./benchmarks/machines/ranks.ts";
import { readParquet } from "./benchmarks/read-parquet.ts";
import { sampleStep } from "./benchmarks/sample-step.ts";
import { sample } from "./benchmarks/sample.ts";
import { serve } from "./benchmarks/serve.ts";
import { trainingMemory } from "./benchmarks/training-memory.ts";

/** By name, in the order of the help. */
export const benchmarks: ReadonlyMap<string, Benchmark> = new Map([
  ["sample-step", sampleStep],
  ["sample", sample],
  ["autoregression", autoregression],
  ["growth", growth],
  ["int8", int8],
  ["limits", limits],
  ["distill-step", distillStep],
  ["engine", engine],
  ["event-loop", eventLoop],
  ["first-word", firstWord],
  ["serve", serve],
  ["browser", browser],
  ["training-memory", trainingMemory],
  ["read-parquet", readParquet],
  ["processes", processes],
  ["queue", queue],
  ["ranks", ranks],
  ["gpu", gpu],
  ["gpu-host", hostShare],
  ["gpu-graphs", graphs],
  ["gpu-memory", memory],
]);
