import { elementCount, elementSize, toInt8 } from "@sdtt/core";
import { assertFinite } from "@sdtt/runtime";
import { readWeight } from "@sdtt/hub";
import type { Checkpoint, TensorSource } from "@sdtt/hub";
import { scaleName } from "@sdtt/models";
import type { Weight } from "@sdtt/models";
import { retype } from "./retype.ts";
import type { FloatType, WeightType } from "./retype.ts";

export interface TensorSourcesOptions {
  readonly checkpoint: Checkpoint;
  /** The type to write; each weight's own if absent. Under int8, what is no matrix is written in float32. */
  readonly dtype?: WeightType | undefined;
  /** Put before the name of each weight. */
  readonly prefix?: string;
  readonly onProgress: (progress: { readonly done: number; readonly total: number }) => void;
}

type NamedSource = readonly [name: string, source: TensorSource];

/**
 * The weights of a checkpoint, and the scales of those in int8, to be written one at a time. Reading one that is not finite
 * throws `numeric`.
 */
export function tensorSources(options: TensorSourcesOptions): Map<string, TensorSource> {
  const { checkpoint, dtype, prefix = "", onProgress } = options;
  const sources = Array.from(checkpoint.weights).flatMap(([name, weight]) =>
    sourcesOf(prefix + name, { weightName: name, weight }, dtype ?? (weight.dtype as WeightType)),
  );
  const bytes = ({ dtype, shape }: TensorSource) => elementCount(shape) * elementSize(dtype);
  const total = sources.reduce((sum, [, source]) => sum + bytes(source), 0);
  let done = 0;
  const counted = (source: TensorSource): TensorSource => ({
    ...source,
    async read(options) {
      const values = await source.read(options);
      onProgress({ done: (done += bytes(source)), total });
      return values;
    },
  });
  return new Map(sources.map(([name, source]) => [name, counted(source)]));
}

function sourcesOf(
  name: string,
  { weightName, weight }: { weightName: string; weight: Weight },
  dtype: WeightType,
): readonly NamedSource[] {
  const { shape } = weight;
  const finite: TensorSource["read"] = async (options) => {
    const values = await readWeight(weight, options);
    assertFinite(weightName, values);
    return values;
  };
  if (dtype !== "int8") return [floatSource(name, { shape, read: finite }, dtype)];
  if (shape.length !== 2) return [floatSource(name, { shape, read: finite }, "float32")];
  const quantized: TensorSource["read"] = async (options) => toInt8(await finite(options)).values;
  const scale: TensorSource["read"] = async (options) => toInt8(await finite(options)).scale;
  return [
    [name, { dtype, shape, read: quantized }],
    [scaleName(name), { dtype: "float32", shape: [shape[0]!, 1], read: scale }],
  ];
}

function floatSource(
  name: string,
  { shape, read }: Pick<TensorSource, "shape" | "read">,
  dtype: FloatType,
): NamedSource {
  return [name, { dtype, shape, read: async (options) => retype(await read(options), dtype, name) }];
}
