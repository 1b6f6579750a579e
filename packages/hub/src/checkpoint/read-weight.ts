import { tensorFromBytes, throwIfAborted } from "@sdtt/core";
import type { Tensor } from "@sdtt/core";
import type { Weight } from "@sdtt/models";
import { openFile } from "../random-access-file.ts";

/**
 * The values of a weight, of its stored type: those it carries, or read from where it lies.
 *
 * @throws SdttError `not-found` or `io` if its file cannot be read; `format` if the file became shorter.
 */
export async function readWeight(
  weight: Weight,
  options: { signal?: AbortSignal | undefined } = {},
): Promise<Tensor> {
  throwIfAborted(options.signal);
  const { dtype, shape, source } = weight;
  if ("tensor" in source) return source.tensor;
  await using file = await openFile(source.location.path);
  return tensorFromBytes(dtype, shape, await file.read(source.location.offset, source.location.byteLength));
}
