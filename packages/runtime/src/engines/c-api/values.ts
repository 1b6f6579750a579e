import {
  elementCount,
  elementSize,
  SdttError,
  tensorFromBytes,
  type DataType,
  type Tensor,
} from "@sdtt/core";
import { create, type Handle } from "./functions.ts";
import type { Library } from "./library.ts";

/** ONNXTensorElementDataType. */
const elementTypes: Record<DataType, number> = {
  float32: 1,
  uint8: 2,
  int8: 3,
  uint16: 4,
  int16: 5,
  int32: 6,
  int64: 7,
  bool: 9,
  float16: 10,
  float64: 11,
  uint32: 12,
  uint64: 13,
  bfloat16: 16,
};
const dataTypes = new Map(Object.entries(elementTypes).map(([name, code]) => [code, name as DataType]));

/** An OrtValue over a tensor's own memory: the caller keeps the tensor alive for as long as the value is used. */
export function wrapTensor({ api }: Library, memoryInfo: Handle, { dtype, shape, data }: Tensor): Handle {
  const sizes = BigInt64Array.from(shape, BigInt);
  return create(
    api.CreateTensorWithDataAsOrtValue,
    memoryInfo,
    data,
    data.byteLength,
    sizes,
    sizes.length,
    elementTypes[dtype],
  );
}

/** Copies the elements of an OrtValue in CPU memory. */
export function readValue({ api, copy }: Library, value: Handle): Tensor {
  const { dtype, shape } = describeValue(api, value);
  const bytes = elementCount(shape) * elementSize(dtype);
  const elements = copy(create(api.GetTensorMutableData, value), bytes);
  return tensorFromBytes(dtype, shape, new Uint8Array(elements));
}

function describeValue(api: Library["api"], value: Handle): { dtype: DataType; shape: number[] } {
  const info = create(api.GetTensorTypeAndShape, value);
  try {
    const code = new Int32Array(1);
    api.GetTensorElementType(info, code);
    const dtype = dataTypes.get(code[0]!);
    if (!dtype) throw new SdttError("runtime", `ONNX Runtime gave elements of type ${code[0]}, not numbers.`);
    const rank = new BigUint64Array(1);
    api.GetDimensionsCount(info, rank);
    const shape = new BigInt64Array(Number(rank[0]));
    api.GetDimensions(info, shape, shape.length);
    return { dtype, shape: Array.from(shape, Number) };
  } finally {
    api.ReleaseTensorTypeAndShapeInfo(info);
  }
}
