import { SdttError } from "./errors.ts";

/** Element types, named as ONNX and PyTorch name them. */
export type DataType =
  | "float64"
  | "float32"
  | "float16"
  | "bfloat16"
  | "int64"
  | "int32"
  | "int16"
  | "int8"
  | "uint64"
  | "uint32"
  | "uint16"
  | "uint8"
  | "bool";

/** What holds the elements: half precisions lie as raw 16-bit words, booleans as bytes. */
export interface TensorArrays {
  float64: Float64Array;
  float32: Float32Array;
  float16: Uint16Array;
  bfloat16: Uint16Array;
  int64: BigInt64Array;
  int32: Int32Array;
  int16: Int16Array;
  int8: Int8Array;
  uint64: BigUint64Array;
  uint32: Uint32Array;
  uint16: Uint16Array;
  uint8: Uint8Array;
  bool: Uint8Array;
}

/** Plain data: a shape and its elements in row-major order. */
export interface Tensor<T extends DataType = DataType> {
  readonly dtype: T;
  readonly shape: readonly number[];
  readonly data: TensorArrays[T];
}

const bytesPerElement: Record<DataType, number> = {
  float64: 8,
  float32: 4,
  float16: 2,
  bfloat16: 2,
  int64: 8,
  int32: 4,
  int16: 2,
  int8: 1,
  uint64: 8,
  uint32: 4,
  uint16: 2,
  uint8: 1,
  bool: 1,
};

/** Bytes that one element takes. */
export function elementSize(dtype: DataType): number {
  return bytesPerElement[dtype];
}

/** The number of elements of a shape; 1 for a scalar's empty shape. */
export function elementCount(shape: readonly number[]): number {
  return shape.reduce((product, size) => product * size, 1);
}

/** A tensor, checked: as many elements as its shape says. */
export function tensor<T extends DataType>(
  dtype: T,
  shape: readonly number[],
  data: TensorArrays[T],
): Tensor<T> {
  if (data.length !== elementCount(shape)) {
    throw new SdttError(
      "usage",
      `A ${dtype} tensor of shape [${shape.join(", ")}] needs ${elementCount(shape)} elements; got ${data.length}.`,
    );
  }
  return { dtype, shape, data };
}

/** A tensor over little-endian bytes; copies only if the bytes are not aligned for the type. */
export function tensorFromBytes<T extends DataType>(
  dtype: T,
  shape: readonly number[],
  bytes: Uint8Array,
): Tensor<T> {
  const size = elementSize(dtype);
  if (bytes.byteLength !== elementCount(shape) * size) {
    throw new SdttError(
      "format",
      `A ${dtype} tensor of shape [${shape.join(", ")}] takes ${elementCount(shape) * size} bytes; got ${bytes.byteLength}.`,
    );
  }
  const aligned = bytes.byteOffset % size === 0 ? bytes : new Uint8Array(bytes);
  const length = aligned.byteLength / size;
  return {
    dtype,
    shape,
    data: new arrayTypes[dtype](aligned.buffer as ArrayBuffer, aligned.byteOffset, length) as never,
  };
}

/** The bytes of a tensor's elements: a view, not a copy. */
export function tensorBytes(value: Tensor): Uint8Array {
  return new Uint8Array(value.data.buffer, value.data.byteOffset, value.data.byteLength);
}

const arrayTypes = {
  float64: Float64Array,
  float32: Float32Array,
  float16: Uint16Array,
  bfloat16: Uint16Array,
  int64: BigInt64Array,
  int32: Int32Array,
  int16: Int16Array,
  int8: Int8Array,
  uint64: BigUint64Array,
  uint32: Uint32Array,
  uint16: Uint16Array,
  uint8: Uint8Array,
  bool: Uint8Array,
} as const;
