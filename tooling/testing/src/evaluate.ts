import { elementCount, tensorFromBytes } from "@sdtt/core";
import type { DataType, Tensor } from "@sdtt/core";
import { InferenceSession, Tensor as OrtTensor } from "onnxruntime-node";

export interface ExecutableProgram {
  readonly model: Uint8Array;
  readonly weightsFolder?: string;
}

export interface EvaluateOptions {
  /** `basic`, which is exact, unless given. Products of bytes need `extended`: without VNNI it is what keeps x86 from summing them in 16 bits, which saturate. */
  readonly optimization?: "basic" | "extended";
}

export interface OpenProgram {
  run(feeds: Readonly<Record<string, Tensor>>): Promise<Record<string, Tensor>>;
  close(): Promise<void>;
}

/**
 * Loads a serialised program into stock onnxruntime-node, in this thread: the shortest way from a graph to numbers, for
 * tests of what lies below the runtime.
 */
export async function openProgram(
  { model, weightsFolder }: ExecutableProgram,
  { optimization = "basic" }: EvaluateOptions = {},
): Promise<OpenProgram> {
  const session = await InferenceSession.create(model, {
    graphOptimizationLevel: optimization,
    intraOpNumThreads: 1,
    logSeverityLevel: 3,
    enableMemPattern: false,
    extra: {
      session: {
        x64quantprecision: "1",
        ...(weightsFolder && { model_external_initializers_file_folder_path: weightsFolder }),
      },
    },
  });
  return {
    async run(feeds) {
      const inputs = Object.entries(feeds).map(([name, { dtype, shape, data }]) => [
        name,
        new OrtTensor(dtype as Exclude<DataType, "bfloat16">, data, [...shape]),
      ]);
      const results = await session.run(Object.fromEntries(inputs));
      return Object.fromEntries(Object.entries(results).map(([name, value]) => [name, fromOrt(value)]));
    },
    close: () => session.release(),
  };
}

/** Runs a serialised program once. */
export async function evaluateProgram(
  program: ExecutableProgram,
  feeds: Readonly<Record<string, Tensor>>,
  options?: EvaluateOptions,
): Promise<Record<string, Tensor>> {
  const open = await openProgram(program, options);
  try {
    return await open.run(feeds);
  } finally {
    await open.close();
  }
}

function fromOrt(value: OrtTensor): Tensor {
  const data = value.data as Exclude<OrtTensor["data"], string[]>;
  const bytes = new Uint8Array(data.buffer as ArrayBuffer, data.byteOffset, data.byteLength);
  if (elementCount(value.dims) === 0)
    return tensorFromBytes(value.type as DataType, value.dims, new Uint8Array(0));
  return tensorFromBytes(value.type as DataType, value.dims, bytes);
}
