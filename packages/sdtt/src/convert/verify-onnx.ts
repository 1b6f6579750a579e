import { once } from "node:events";
import { Worker } from "node:worker_threads";
import { createStream, noiseVectors, SdttError, throwIfAborted } from "@sdtt/core";
import type { RowsRequest } from "@sdtt/core";
import type { Checkpoint } from "@sdtt/hub";
import type { DenoiserDescription, DitConfig } from "@sdtt/models";
import { createDenoiser, createEngine, createScoreModel } from "@sdtt/runtime";
import type { WeightType } from "./retype.ts";
import type { OnnxTask } from "./run-onnx-thread.ts";

/** How far an exported program is from the model that it was made of. */
export interface Verification {
  /** Total variation between their distributions, the mean over the positions that were compared; 0 to 1. */
  readonly distance: number;
  /** The distance that rounding the weights explains. */
  readonly allowed: number;
}

/** Rounded weights come out a tenth of these apart, swapped or misread ones at 0.1 to 1. */
const allowedDistance: Readonly<Record<WeightType, number>> = {
  float32: 1e-4,
  float16: 5e-3,
  bfloat16: 5e-2,
  int8: 5e-2,
};

/**
 * Runs an exported file as a stranger would, by its path in plain onnxruntime-node, and compares it
 * with the checkpoint on a few half-masked sequences.
 *
 * @throws SdttError `runtime` if ONNX Runtime refuses the file or the distributions differ by more than rounding.
 */
export async function verifyOnnx(options: {
  readonly path: string;
  readonly checkpoint: Checkpoint<DenoiserDescription>;
  /** The type its weights were rounded to; absent if they were not. */
  readonly dtype?: WeightType | undefined;
  readonly signal?: AbortSignal | undefined;
}): Promise<Verification> {
  const { path, checkpoint, dtype = "float32", signal } = options;
  const { config } = checkpoint.description;
  const request = smallRequest(config);
  const expected = await runCheckpoint(checkpoint, { ...request, signal });
  const actual = await runFile(path, request, config, signal).catch((cause: unknown) => {
    throwIfAborted(signal);
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new SdttError("runtime", `ONNX Runtime does not run ${path}: ${reason}`, { cause });
  });
  const distance = meanTotalVariation(expected, actual, config.vocabSize);
  const allowed = allowedDistance[dtype];
  if (!(distance <= allowed)) {
    throw new SdttError(
      "runtime",
      `${path} does not compute what the model does: their distributions differ by ${distance.toPrecision(2)} in total variation; at most ${allowed} is rounding to ${dtype}.`,
    );
  }
  return { distance, allowed };
}

/** What is asked of both. */
interface SmallRequest extends RowsRequest {
  readonly sigma: Float32Array;
  readonly noiseSeeds: Float64Array;
}

/** Two sequences, every other position masked, at two noise levels; the rows are the masked ones. */
function smallRequest({ vocabSize, length: trained }: DitConfig): SmallRequest {
  const [batch, length] = [2, Math.min(16, trained)];
  const stream = createStream(1);
  return {
    tokens: Int32Array.from({ length: batch * length }, (_, i) =>
      i % 2 === 0 ? vocabSize - 1 : stream.uint32(i) % (vocabSize - 1),
    ),
    batch,
    length,
    rows: Int32Array.from({ length: (batch * length) / 2 }, (_, i) => 2 * i),
    sigma: Float32Array.of(0.5, 2),
    noiseSeeds: Float64Array.of(0.25, 0.75),
  };
}

/** Logarithms at the rows, `[rows, vocab]`. */
async function runCheckpoint(
  { description, weights }: Checkpoint<DenoiserDescription>,
  request: RowsRequest,
): Promise<Float32Array> {
  await using engine = await createEngine();
  if (description.family === "sedd") {
    await using model = await createScoreModel({ engine, description, weights });
    return await model.logScore(request);
  }
  await using model = await createDenoiser({ engine, description, weights });
  return await model.logProbs(request);
}

/** Beside this module, as written or as built. */
const thread = import.meta.url.endsWith(".ts")
  ? new URL("./run-onnx-thread.ts", import.meta.url)
  : new URL("./run-onnx-thread.js", import.meta.url);

/** The same of the file. */
async function runFile(
  path: string,
  { tokens, batch, length, rows, sigma, noiseSeeds }: SmallRequest,
  { vocabSize, timeConditioning, noiseSize }: DitConfig,
  signal: AbortSignal | undefined,
): Promise<Float32Array> {
  const task: OnnxTask = {
    path,
    tokens,
    shape: [batch, length],
    sigma: timeConditioning ? sigma : undefined,
    noise: noiseSize === undefined ? undefined : noiseVectors(noiseSeeds, noiseSize),
  };
  const worker = new Worker(thread, { workerData: task });
  const values = await resultOf(worker, signal);
  const chosen = new Float32Array(rows.length * vocabSize);
  rows.forEach((row, i) => {
    chosen.set(values.subarray(row * vocabSize, (row + 1) * vocabSize), i * vocabSize);
  });
  return chosen;
}

/**
 * What a worker sends. When this returns or throws, its thread has ended and reads no file any more. It is waited for and not
 * terminated: that would end the process where the thread is in a call of onnxruntime-node.
 */
async function resultOf(worker: Worker, signal: AbortSignal | undefined): Promise<Float32Array> {
  // Once the signal has fired nobody listens for errors, and one without a listener would end the process.
  worker.on("error", () => {});
  const ended = new Promise<void>((resolve) => {
    worker.once("exit", () => resolve());
  });
  try {
    const [values] = (await once(worker, "message", { signal })) as [Float32Array];
    return values;
  } finally {
    await ended;
  }
}

/** Over rows of logarithms, each made a distribution by a softmax. */
function meanTotalVariation(a: Float32Array, b: Float32Array, width: number): number {
  let sum = 0;
  for (let start = 0; start < a.length; start += width) {
    const [p, q] = [a, b].map((values) => softmax(values.subarray(start, start + width))) as [
      Float64Array,
      Float64Array,
    ];
    sum += p.reduce((total, value, i) => total + Math.abs(value - q[i]!), 0) / 2;
  }
  return (sum * width) / a.length;
}

function softmax(values: Float32Array): Float64Array {
  const peak = values.reduce((most, value) => Math.max(most, value));
  const masses = Float64Array.from(values, (value) => Math.exp(value - peak));
  const total = masses.reduce((sum, mass) => sum + mass);
  return masses.map((mass) => mass / total);
}
