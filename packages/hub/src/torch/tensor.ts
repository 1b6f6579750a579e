import { listed, quoted } from "@sdtt/checkpoint";
import { elementSize } from "@sdtt/core";
import type { DataType } from "@sdtt/core";
import type { Malformed } from "./malformed.ts";

/** A run of elements that tensors share. It lies outside the pickle. */
export interface TorchStorage {
  readonly kind: "storage";
  /** Its name within the file. */
  readonly key: string;
  readonly dtype: DataType;
  /** Number of elements. */
  readonly length: number;
}

/** A tensor whose values have not been read: a view of a storage. */
export interface TorchTensor {
  readonly kind: "tensor";
  readonly dtype: DataType;
  readonly shape: readonly number[];
  /** Elements of the storage from one index of each dimension to the next; 0 repeats. */
  readonly strides: readonly number[];
  /** The first element's index in the storage. */
  readonly offset: number;
  readonly storage: TorchStorage;
}

/** PyTorch's own bound on dimensions. */
const highestRank = 64;

/** A tensor that repeats elements of its storage may take so many bytes. */
const largestExpansion = 16 * 2 ** 20;

/** A tensor that lies inside its storage and whose size can be counted. Offset, shape and strides are untrusted. */
export function torchTensor(
  storage: TorchStorage,
  view: { offset: unknown; shape: unknown; strides: unknown },
  malformed: Malformed,
): TorchTensor {
  const key = quoted(storage.key);
  const offset = indices([view.offset])?.[0];
  const [shape, strides] = [indices(view.shape), indices(view.strides)];
  if (offset === undefined || !shape || !strides || shape.length !== strides.length) {
    return malformed(
      `a tensor of storage ${key} has no valid offset, shape and strides (at most ${highestRank} dimensions)`,
    );
  }
  const tensor: TorchTensor = { kind: "tensor", dtype: storage.dtype, shape, strides, offset, storage };
  const fail = (does: string): never => malformed(`a tensor of shape [${listed(shape.map(String))}] ${does}`);
  const [count, end] = [tensorLength(tensor), offset + tensorSpan(tensor)];
  if (!Number.isSafeInteger(end) || end > storage.length) {
    fail(`reaches to element ${end} of storage ${key}, which has ${storage.length}`);
  }
  if (count > storage.length && count * elementSize(storage.dtype) > largestExpansion) {
    fail(`repeats the ${storage.length} elements of storage ${key} past ${largestExpansion} bytes`);
  }
  return tensor;
}

/** Number of elements. */
export function tensorLength({ shape }: TorchTensor): number {
  return shape.includes(0) ? 0 : shape.reduce((product, size) => product * size, 1);
}

/** Elements of the storage from the first to the last, both included; 0 if there is none. */
export function tensorSpan(tensor: TorchTensor): number {
  const { shape, strides } = tensor;
  if (tensorLength(tensor) === 0) return 0;
  return shape.reduce((span, size, i) => span + (size - 1) * strides[i]!, 1);
}

/** Whether the elements lie in row-major order without gaps. */
export function isContiguous(tensor: TorchTensor): boolean {
  const { shape, strides } = tensor;
  if (tensorLength(tensor) === 0) return true;
  let expected = 1;
  return shape.every((_, i) => {
    const last = shape.length - 1 - i;
    const fits = shape[last] === 1 || strides[last] === expected;
    expected *= shape[last]!;
    return fits;
  });
}

/** A copy as a list of safe, non-negative integers; undefined if it is none, or too long. */
function indices(value: unknown): number[] | undefined {
  if (!Array.isArray(value) || value.length > highestRank) return undefined;
  const isIndex = (item: unknown): item is number => Number.isSafeInteger(item) && (item as number) >= 0;
  return value.every(isIndex) ? [...value] : undefined;
}
