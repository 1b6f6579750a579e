import { elementCount, elementSize } from "@sdtt/core";
import { readWeight } from "@sdtt/hub";
import type { Checkpoint, TensorSource } from "@sdtt/hub";
import { retype } from "./retype.ts";
import type { WeightType } from "./retype.ts";

export interface TensorSourcesOptions {
  readonly checkpoint: Checkpoint;
  /** The type to write; each weight's own if absent. */
  readonly dtype?: WeightType | undefined;
  /** Put before the name of each weight. */
  readonly prefix?: string;
  readonly onProgress: (progress: { readonly done: number; readonly total: number }) => void;
}

/** The weights of a checkpoint, to be written one at a time. */
export function tensorSources(options: TensorSourcesOptions): Map<string, TensorSource> {
  const { checkpoint, dtype: wanted, prefix = "", onProgress } = options;
  const sources = Array.from(checkpoint.weights, ([name, weight]) => {
    const dtype = wanted ?? (weight.dtype as WeightType);
    return { name, weight, dtype, byteLength: elementCount(weight.shape) * elementSize(dtype) };
  });
  const total = sources.reduce((sum, { byteLength }) => sum + byteLength, 0);
  let done = 0;
  return new Map(
    sources.map(({ name, weight, dtype, byteLength }) => [
      prefix + name,
      {
        dtype,
        shape: weight.shape,
        async read(options) {
          const values = retype(await readWeight(weight, options), dtype, name);
          onProgress({ done: (done += byteLength), total });
          return values;
        },
      },
    ]),
  );
}
