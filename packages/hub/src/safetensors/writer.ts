import { longestHeader, metadataKey, tagOfDataType } from "@sdtt/checkpoint";
import { elementCount, elementSize, SdttError, tensorBytes, throwIfAborted } from "@sdtt/core";
import type { DataType, Tensor } from "@sdtt/core";
import { replaceFile } from "../replace-file.ts";

/** A tensor whose values are made when their turn comes and let go once written. */
export interface TensorSource {
  readonly dtype: DataType;
  readonly shape: readonly number[];
  /** The values, of just this type and shape. */
  read(options: { signal?: AbortSignal | undefined }): Promise<Tensor>;
}

export interface WriteSafetensorsOptions {
  /** The file to write. What is there is replaced, at once and only when all is written. */
  readonly path: string;
  readonly tensors: ReadonlyMap<string, TensorSource>;
  /** The `__metadata__` of the file. PyTorch's loaders want `format: pt`, the default. */
  readonly metadata?: ReadonlyMap<string, string> | undefined;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Writes a safetensors file, one tensor in memory at a time, byte for byte as the reference implementation would.
 *
 * @throws SdttError `usage` if a tensor is not of the type and shape it was announced with; `io` if the disk refuses.
 */
export async function writeSafetensors(options: WriteSafetensorsOptions): Promise<void> {
  const { path, tensors, metadata = new Map([["format", "pt"]]), signal } = options;
  const names = layOut(tensors);
  const header = encodeHeader(names, tensors, metadata);
  await replaceFile(path, async (write) => {
    await write(header);
    for (const name of names) {
      throwIfAborted(signal);
      const source = tensors.get(name)!;
      const values = await source.read({ signal });
      assertAsAnnounced(name, source, values);
      await write(tensorBytes(values));
    }
  });
}

/** The order of the reference implementation: types of the widest alignment first, then by name. */
function layOut(tensors: ReadonlyMap<string, TensorSource>): string[] {
  const rank = new Map(Array.from(tagOfDataType.keys(), (dtype, index) => [dtype, index]));
  return [...tensors]
    .sort(
      ([a, { dtype: typeOfA }], [b, { dtype: typeOfB }]) =>
        rank.get(typeOfB)! - rank.get(typeOfA)! || (a < b ? -1 : 1),
    )
    .map(([name]) => name);
}

/** Eight bytes of length and the JSON, padded with spaces so that the data starts at a multiple of eight. */
function encodeHeader(
  names: readonly string[],
  tensors: ReadonlyMap<string, TensorSource>,
  metadata: ReadonlyMap<string, string>,
): Uint8Array {
  const members: [string, string][] = [];
  let offset = 0;
  for (const name of names) {
    if (name === metadataKey) {
      throw new SdttError(
        "usage",
        `A tensor cannot be named ${name}: the format keeps that name for itself.`,
      );
    }
    const { dtype, shape } = tensors.get(name)!;
    const end = offset + elementCount(shape) * elementSize(dtype);
    members.push([
      name,
      JSON.stringify({ dtype: tagOfDataType.get(dtype), shape, data_offsets: [offset, end] }),
    ]);
    offset = end;
  }
  const strings = Array.from(metadata, ([key, value]): [string, string] => [key, JSON.stringify(value)]);
  if (strings.length > 0) members.unshift([metadataKey, jsonObject(strings)]);
  const json = Buffer.from(jsonObject(members));
  const length = Math.ceil(json.length / 8) * 8;
  if (length > longestHeader) {
    throw new SdttError(
      "usage",
      `The header would be ${length} bytes long; a safetensors file allows ${longestHeader}.`,
    );
  }
  const header = Buffer.alloc(8 + length, " ");
  header.writeBigUInt64LE(BigInt(length));
  header.set(json, 8);
  return header;
}

/** A JSON object with its members in the given order, which a JavaScript object would not keep. */
function jsonObject(members: readonly (readonly [name: string, json: string])[]): string {
  return `{${members.map(([name, json]) => `${JSON.stringify(name)}:${json}`).join(",")}}`;
}

function assertAsAnnounced(name: string, source: TensorSource, values: Tensor): void {
  const announced = `${source.dtype} [${source.shape.join(", ")}]`;
  const found = `${values.dtype} [${values.shape.join(", ")}]`;
  if (found !== announced || values.data.length !== elementCount(values.shape)) {
    throw new SdttError(
      "usage",
      `Tensor ${name} was announced as ${announced}; what was read is ${found}, ${values.data.length} elements.`,
    );
  }
}
