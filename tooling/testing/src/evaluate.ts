import { elementCount, tensorFromBytes } from "@sdtt/core";
import type { DataType, Tensor } from "@sdtt/core";
import { InferenceSession, Tensor as OrtTensor } from "onnxruntime-node";

/**
 * Runs a serialised program once on stock onnxruntime-node, in this thread: the shortest way from a graph to numbers,
 * for tests of what lies below the runtime. `basic` optimisation, which is exact.
 */
export async function evaluateProgram(
  program: { readonly model: Uint8Array; readonly weightsFolder?: string },
  feeds: Readonly<Record<string, Tensor>>,
): Promise<Record<string, Tensor>> {
  const folder = program.weightsFolder;
  const session = await InferenceSession.create(program.model, {
    graphOptimizationLevel: "basic",
    intraOpNumThreads: 1,
    logSeverityLevel: 3,
    enableMemPattern: false,
    extra: { session: folder ? { model_external_initializers_file_folder_path: folder } : {} },
  });
  try {
    const inputs = Object.entries(feeds).map(([name, { dtype, shape, data }]) => [
      name,
      new OrtTensor(dtype, data, [...shape]),
    ]);
    const results = await session.run(Object.fromEntries(inputs));
    return Object.fromEntries(Object.entries(results).map(([name, value]) => [name, fromOrt(value)]));
  } finally {
    await session.release();
  }
}

function fromOrt(value: OrtTensor): Tensor {
  const data = value.data as Exclude<OrtTensor["data"], string[]>;
  const bytes = new Uint8Array(data.buffer as ArrayBuffer, data.byteOffset, data.byteLength);
  if (elementCount(value.dims) === 0)
    return tensorFromBytes(value.type as DataType, value.dims, new Uint8Array(0));
  return tensorFromBytes(value.type as DataType, value.dims, bytes);
}
