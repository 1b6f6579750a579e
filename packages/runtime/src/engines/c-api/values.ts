import {
  elementCount,
  elementSize,
  SdttError,
  tensorFromBytes,
  type DataType,
  type Tensor,
} from "@sdtt/core";
import { onnxTypes } from "@sdtt/graph";
import { create, type Handle, type NativeArgument } from "./functions.ts";
import type { Library } from "./library.ts";

/** ONNXTensorElementDataType of the C API has the numbers of TensorProto.DataType. */
const dataTypes = new Map(Object.entries(onnxTypes).map(([name, code]) => [code, name as DataType]));

/** An OrtValue over a tensor's own memory: the caller keeps the tensor alive for as long as the value is used. */
export function wrapTensor({ api }: Library, memoryInfo: Handle, { dtype, shape, data }: Tensor): Handle {
  return wrap(api, memoryInfo, { dtype, shape, place: data, bytes: data.byteLength });
}

/** An OrtValue over memory that lies where `memoryInfo` says. */
export function wrapMemory(
  { api }: Library,
  memoryInfo: Handle,
  {
    address,
    ...type
  }: Pick<Tensor, "dtype" | "shape"> & { readonly address: Handle; readonly bytes: number },
): Handle {
  return wrap(api, memoryInfo, { ...type, place: address });
}

interface Wrapped extends Pick<Tensor, "dtype" | "shape"> {
  readonly place: NativeArgument;
  readonly bytes: number;
}

function wrap(api: Library["api"], memoryInfo: Handle, { dtype, shape, place, bytes }: Wrapped): Handle {
  const sizes = BigInt64Array.from(shape, BigInt);
  const type = onnxTypes[dtype];
  return create(api.CreateTensorWithDataAsOrtValue, memoryInfo, place, bytes, sizes, sizes.length, type);
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
