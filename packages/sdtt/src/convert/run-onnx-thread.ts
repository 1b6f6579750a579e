import { parentPort, workerData } from "node:worker_threads";
import { InferenceSession, Tensor } from "onnxruntime-node";

/**
 * A thread that runs an exported file as a stranger would, by its path in plain onnxruntime-node, whose calls block. Imports
 * nothing else: what resolves the packages' sources in the main thread may be absent here.
 */
export interface OnnxTask {
  readonly path: string;
  /** Ids, `[batch, length]`. */
  readonly tokens: Int32Array;
  readonly shape: readonly [batch: number, length: number];
  /** `[batch]`, for a model that is conditioned on time. */
  readonly sigma?: Float32Array | undefined;
  /** `[batch, noiseSize]`, for a model with a noise input. */
  readonly noise?: Float32Array | undefined;
}

const { path, tokens, shape, sigma, noise } = workerData as OnnxTask;
const session = await InferenceSession.create(path, { logSeverityLevel: 3 });
const results = await session.run({
  tokens: new Tensor("int64", BigInt64Array.from(tokens, BigInt), shape),
  ...(sigma ? { sigma: new Tensor("float32", sigma, [shape[0]]) } : {}),
  ...(noise ? { noise: new Tensor("float32", noise, [shape[0], noise.length / shape[0]]) } : {}),
});
const { data } = results[session.outputNames[0]!]!;
await session.release();
parentPort!.postMessage(data, []);
