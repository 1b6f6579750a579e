import { fromInt8, tensorFromBytes, throwIfAborted } from "@sdtt/core";
import type { Tensor } from "@sdtt/core";
import type { StoredNumbers, Weight } from "@sdtt/models";
import { openFile } from "../open-file.ts";

/**
 * The values of a weight, of its stored type: those it carries, or read from where it lies. One in int8 comes as the
 * float32 numbers that it stands for.
 *
 * @throws SdttError `not-found` or `io` if its file cannot be read; `format` if the file became shorter.
 */
export async function readWeight(
  weight: Weight,
  { signal }: { signal?: AbortSignal | undefined } = {},
): Promise<Tensor> {
  throwIfAborted(signal);
  const values = await readNumbers(weight);
  return weight.scale ? fromInt8(values, await readNumbers(weight.scale)) : values;
}

async function readNumbers({ dtype, shape, source }: StoredNumbers): Promise<Tensor> {
  if ("tensor" in source) return source.tensor;
  await using file = await openFile(source.location.path);
  return tensorFromBytes(dtype, shape, await file.read(source.location.offset, source.location.byteLength));
}
