import type { OpenedFile } from "@sdtt/checkpoint";
import { elementSize, SdttError, tensorFromBytes, throwIfAborted } from "@sdtt/core";
import type { Tensor } from "@sdtt/core";
import type { WeightLocation } from "@sdtt/models";
import { openFile } from "../open-file.ts";
import type { ByteRange, TorchLayout } from "./container/layout.ts";
import { malformedTorchFile } from "./malformed.ts";
import type { Malformed } from "./malformed.ts";
import type { PickleValue } from "./pickle/value.ts";
import { gatherRowMajor, swapByteOrder } from "./row-major.ts";
import { isContiguous, tensorSpan } from "./tensor.ts";
import type { TorchTensor } from "./tensor.ts";

/** An open file of torch.save. The pickle has been read, no tensor has. */
export interface TorchFile extends AsyncDisposable {
  /** The real path. */
  readonly path: string;
  /** The whole object that was saved, with OmegaConf's trees as maps, arrays and values. */
  readonly root: PickleValue;
  /** The values of a tensor of this file. */
  read(tensor: TorchTensor, options?: { signal?: AbortSignal | undefined }): Promise<Tensor>;
  /** Where a tensor's bytes lie, if they lie there as a runtime maps them: little-endian, row-major, aligned. */
  locate(tensor: TorchTensor): WeightLocation | undefined;
}

/**
 * Opens a file of torch.save: zip or legacy, either byte order, pickle protocols 2 to 5. Nothing in it is executed; what
 * it says is bounded and checked before anything is allocated for it.
 *
 * @throws SdttError `not-found` or `io` if the file cannot be read; `format` if it breaks a rule or names a global that is
 *   not on the allow-list.
 */
export async function openTorchFile(path: string): Promise<TorchFile> {
  const file = await openFile(path);
  try {
    return await readTorchFile(file);
  } catch (error) {
    await file[Symbol.asyncDispose]();
    throw error;
  }
}

/** The same over a file that is already open; disposing of the answer closes it. */
export async function readTorchFile(file: OpenedFile): Promise<TorchFile> {
  const malformed = malformedTorchFile(file.path);
  const head = await file.read(0, Math.min(file.size, 2));
  if (!isTorchFile(head)) malformed("it begins neither as a zip archive nor as a pickle");
  const layout = await readLayout(file, head, malformed);

  const rangeOf = (tensor: TorchTensor): ByteRange => {
    const storage = layout.storages.get(tensor.storage.key);
    if (!storage) throw new SdttError("usage", `The tensor is not one of ${file.path}.`);
    const size = elementSize(tensor.dtype);
    return { offset: storage.offset + tensor.offset * size, byteLength: tensorSpan(tensor) * size };
  };
  return {
    path: file.path,
    root: layout.root,
    async read(tensor, { signal } = {}) {
      throwIfAborted(signal);
      const { offset, byteLength } = rangeOf(tensor);
      const span = await file.read(offset, byteLength);
      const bytes = isContiguous(tensor) ? span : gatherRowMajor(span, tensor);
      if (layout.byteOrder === "big") swapByteOrder(bytes, elementSize(tensor.dtype));
      return tensorFromBytes(tensor.dtype, tensor.shape, bytes);
    },
    locate(tensor) {
      const range = rangeOf(tensor);
      const isMappable = isContiguous(tensor) && range.offset % elementSize(tensor.dtype) === 0;
      return isMappable && layout.byteOrder === "little" ? { path: file.path, ...range } : undefined;
    },
    [Symbol.asyncDispose]: () => file[Symbol.asyncDispose](),
  };
}

/** Reading pickles is much code, which most checkpoints do without. */
async function readLayout(file: OpenedFile, head: Uint8Array, malformed: Malformed): Promise<TorchLayout> {
  if (!isZip(head)) {
    const { readLegacyLayout } = await import("./container/legacy-layout.ts");
    return readLegacyLayout(file, malformed);
  }
  const { readZipLayout } = await import("./container/zip-layout.ts");
  return readZipLayout(file, malformed);
}

/** Whether a file that starts with these bytes claims to be one of torch.save. */
export function isTorchFile(head: Uint8Array): boolean {
  const protocolCode = 0x80;
  return isZip(head) || (head[0] === protocolCode && head[1]! <= 5);
}

function isZip(head: Uint8Array): boolean {
  return head[0] === 0x50 && head[1] === 0x4b;
}
