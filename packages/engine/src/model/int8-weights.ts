import { fromInt8, float32Values, nextTurn, SdttError, tensor, tensorFromBytes, toInt8 } from "@sdtt/core";
import type { Tensor } from "@sdtt/core";
import type { StoredNumbers, Weight, Weights } from "@sdtt/graph";
import { blockMatrices } from "@sdtt/models";
import type { ModelDescription } from "@sdtt/models";
import type { WeightFiles } from "../engine.ts";
import { openWeightFiles } from "./weight-files.ts";
import type { FileOpener } from "./weight-files.ts";

/** Numbers quantised at a time: a few milliseconds of work for the thread. */
const pieceSize = 2 ** 20;

/**
 * The weights with those of `blockMatrices` in int8, `[out, in]`, with a scale for each output. What is stored so stays where
 * it lies; the others are read and quantised, into memory.
 *
 * @throws SdttError `usage` for a matrix that is not among the weights; `io` if a file cannot be read; `aborted`.
 */
export async function int8Weights(
  model: ModelDescription,
  weights: Weights,
  { signal, ...opener }: FileOpener & { readonly signal?: AbortSignal | undefined },
): Promise<Weights> {
  await using files = openWeightFiles(opener);
  const quantized = new Map(weights);
  for (const { name, transposed } of blockMatrices(model)) {
    const weight = weights.get(name);
    if (!weight) {
      throw new SdttError(
        "usage",
        `Computing in int8 needs ${name} among the weights in files: use float32 for a model in training.`,
      );
    }
    if (weight.scale && !transposed) continue;
    const values = await readMatrix(weight, files);
    quantized.set(name, await quantize(transposed ? transpose(values) : values, signal));
  }
  return quantized;
}

/** Row by row as `toInt8`, between which the thread is free. */
async function quantize(
  { shape, data }: Tensor<"float32">,
  signal: AbortSignal | undefined,
): Promise<Weight> {
  const [rows, columns] = shape as [number, number];
  const values = tensor("int8", shape, new Int8Array(data.length));
  const scale = tensor("float32", [rows, 1], new Float32Array(rows));
  const atOnce = Math.max(1, Math.floor(pieceSize / columns));
  for (let first = 0; first < rows; first += atOnce) {
    await nextTurn(signal);
    const count = Math.min(atOnce, rows - first);
    const piece = data.subarray(first * columns, (first + count) * columns);
    const part = toInt8(tensor("float32", [count, columns], piece));
    values.data.set(part.values.data, first * columns);
    scale.data.set(part.scale.data, first);
  }
  return { ...inMemory(values), scale: inMemory(scale) };
}

const inMemory = (value: Tensor): StoredNumbers => ({
  dtype: value.dtype,
  shape: value.shape,
  source: { tensor: value },
});

async function readMatrix(weight: Weight, files: WeightFiles): Promise<Tensor<"float32">> {
  const values = await readNumbers(weight, files);
  if (weight.scale) return fromInt8(values, await readNumbers(weight.scale, files));
  return tensor("float32", values.shape, float32Values(values));
}

async function readNumbers({ dtype, shape, source }: StoredNumbers, files: WeightFiles): Promise<Tensor> {
  if ("tensor" in source) return source.tensor;
  const { path, offset, byteLength } = source.location;
  const bytes = new Uint8Array(byteLength);
  await files.read(path, offset, bytes);
  return tensorFromBytes(dtype, shape, bytes);
}

function transpose({ shape, data }: Tensor<"float32">): Tensor<"float32"> {
  const [rows, columns] = shape as [number, number];
  const turned = new Float32Array(data.length);
  for (let row = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++)
      turned[column * rows + row] = data[row * columns + column]!;
  }
  return tensor("float32", [columns, rows], turned);
}
