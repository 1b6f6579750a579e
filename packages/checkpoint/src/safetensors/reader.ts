import { SdttError, tensorFromBytes, throwIfAborted } from "@sdtt/core";
import type { OpenedFile, RandomAccessFile } from "../random-access-file.ts";
import type { TensorFile, TensorFileFormat } from "../tensor-file.ts";
import { longestHeader, parseHeader } from "./header.ts";
import type { SafetensorsEntry, SafetensorsHeader } from "./header.ts";

/** An open safetensors file. Only its header has been read. */
export interface SafetensorsFile extends TensorFile {
  readonly tensors: ReadonlyMap<string, SafetensorsEntry>;
  /** The `__metadata__` of the file. */
  readonly metadata: ReadonlyMap<string, string>;
}

/** The format by which a checkpoint's file is told: the header's opening brace, at byte 8. */
export const safetensorsFormat: TensorFileFormat = {
  name: "safetensors",
  matches: (head) => head[8] === "{".charCodeAt(0),
  async open(file, { weightSet }) {
    if (weightSet === "ema") {
      throw new SdttError(
        "checkpoint",
        `${file.path} is a safetensors file: it holds one set of weights, no EMA.`,
      );
    }
    return await readSafetensors(file);
  },
};

/**
 * Reads the header of a safetensors file and checks all that it promises; disposing of the answer closes the file.
 *
 * @throws SdttError `io` if the file cannot be read; `format` if it breaks a rule.
 */
export async function readSafetensors(file: OpenedFile): Promise<SafetensorsFile> {
  const { tensors, metadata } = await readHeader(file);
  return {
    tensors,
    metadata,
    async read(name, { signal } = {}) {
      throwIfAborted(signal);
      const entry = tensors.get(name);
      if (!entry) throw new SdttError("not-found", `${file.path} has no tensor ${JSON.stringify(name)}.`);
      const { dtype, shape, location } = entry;
      return tensorFromBytes(dtype, shape, await file.read(location.offset, location.byteLength));
    },
    [Symbol.asyncDispose]: () => file[Symbol.asyncDispose](),
  };
}

/** Two reads, bounded before they are made: the eight bytes of the header's length and the header. */
async function readHeader(file: RandomAccessFile): Promise<SafetensorsHeader> {
  const { path, size } = file;
  if (size < 8) {
    const found = size === 0 ? "is empty" : `has ${size} bytes`;
    throw new SdttError("format", `${path} ${found}; a safetensors file has at least 8. Fetch it again.`);
  }
  const length = new DataView((await file.read(0, 8)).buffer).getBigUint64(0, true);
  if (length > longestHeader) {
    throw new SdttError(
      "format",
      `${path} is not a valid safetensors file: it announces a header of ${length} bytes; at most ${longestHeader} are allowed.`,
    );
  }
  if (Number(length) > size - 8) {
    throw new SdttError(
      "format",
      `${path} is not a valid safetensors file: it announces a header of ${length} bytes but has ${size} in all; it is truncated: fetch it again.`,
    );
  }
  return parseHeader({ json: await file.read(8, Number(length)), path, size });
}
