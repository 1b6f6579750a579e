import { rm } from "node:fs/promises";
import { basename } from "node:path";
import { throwIfAborted } from "@sdtt/core";
import { openSafetensors, replaceFile, writeSafetensors } from "@sdtt/hub";
import type { Checkpoint, TensorFile } from "@sdtt/hub";
import { exportProgram, scaleName } from "@sdtt/models";
import type { DenoiserDescription, StoredNumbers, Weight } from "@sdtt/models";
import type { ConvertProgress } from "./convert-options.ts";
import { inlineWeights } from "./inline-weights.ts";
import type { WeightType } from "./retype.ts";
import { tensorSources } from "./tensor-sources.ts";

/** A protocol buffer message ends here; weights that do not fit lie in a file beside the model. */
const longestMessage = 2 ** 31 - 1;

export interface OnnxFileOptions {
  readonly checkpoint: Checkpoint<DenoiserDescription>;
  readonly dtype?: WeightType | undefined;
  /** The file to write; one beside it, `<path>.data`, may join it. */
  readonly path: string;
  /** Bytes up to which the weights lie in the model itself; 2^31 - 1 unless told otherwise. */
  readonly largest?: number | undefined;
  readonly onProgress: (progress: ConvertProgress) => void;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Writes a checkpoint as an ONNX model with its weights, one tensor in memory at a time: first the weights alone, in a
 * file that the program refers to; if they fit into one message, they are then copied into it.
 *
 * @returns the paths of what it wrote.
 */
export async function writeOnnxFile(options: OnnxFileOptions): Promise<string[]> {
  const { checkpoint, dtype, path, largest = longestMessage, onProgress, signal } = options;
  const { family, config } = checkpoint.description;
  const data = `${path}.data`;
  const tensors = tensorSources({
    checkpoint,
    dtype,
    onProgress: (progress) => onProgress({ file: "weights", ...progress }),
  });
  await writeSafetensors({ path: data, tensors, signal });

  await using stored = await openSafetensors(data);
  const weights = new Map(
    Array.from(checkpoint.weights.keys(), (name) => [name, storedWeight(stored, name)]),
  );
  const program = exportProgram({ family, config, weights });
  const inline = inlineWeights(program);
  if (inline.size > largest) {
    await replaceFile(path, (write) => write(program.model));
    return [path, data];
  }
  await replaceFile(path, async (write) => {
    let done = 0;
    for await (const piece of inline.pieces()) {
      throwIfAborted(signal);
      await write(piece);
      onProgress({ file: basename(path), done: (done += piece.length), total: inline.size });
    }
  });
  await rm(data);
  return [path];
}

function storedWeight({ tensors }: TensorFile, name: string): Weight {
  const numbers = (key: string): StoredNumbers => {
    const { dtype, shape, location } = tensors.get(key)!;
    return { dtype, shape, source: { location: location! } };
  };
  return tensors.has(scaleName(name)) ? { ...numbers(name), scale: numbers(scaleName(name)) } : numbers(name);
}
