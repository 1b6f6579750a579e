import { elementCount, elementSize, SdttError, type DataType, type Tensor } from "@sdtt/core";
import type { Dimension } from "@sdtt/graph";
import type { ResidentTensor } from "../engine.ts";

/** Checks that a tensor holds as many elements as its shape says: native code believes the shape. */
export function checkTensor(what: string, { dtype, shape, data }: Tensor): void {
  const sizes = shape.every((size) => Number.isSafeInteger(size) && size >= 0);
  if (!sizes || data.byteLength !== elementCount(shape) * elementSize(dtype)) {
    throw new SdttError(
      "usage",
      `${what}: expected the elements of ${describe({ dtype, shape })}, got ${data.length} in ${data.byteLength} bytes.`,
    );
  }
}

/** Checks that a tensor may take the place of a resident's elements. */
export function checkReplacement(resident: ResidentTensor, tensor: Tensor): void {
  checkTensor("Tensor to write", tensor);
  if (tensor.dtype !== resident.dtype || elementCount(tensor.shape) !== elementCount(resident.shape)) {
    throw new SdttError(
      "usage",
      `Tensor to write: expected ${elementCount(resident.shape)} elements as of ${describe(resident)}, got ${describe(tensor)}.`,
    );
  }
}

/** A tensor over a part of another's elements, from `offset`. */
export function windowOn({ dtype, shape, data }: Tensor, offset: number, size: readonly number[]): Tensor {
  const end = offset + elementCount(size);
  if (!Number.isSafeInteger(offset) || offset < 0 || !(end <= data.length)) {
    throw new SdttError(
      "usage",
      `A view of [${size.join(", ")}] at element ${offset} does not lie in ${describe({ dtype, shape })}.`,
    );
  }
  const window: Tensor = { dtype, shape: size, data: data.subarray(offset, end) };
  checkTensor("View", window);
  return window;
}

/** For messages: `float32 [batch, 8]`. */
export function describe({ dtype, shape }: { dtype: DataType; shape: readonly Dimension[] }): string {
  return `${dtype} [${shape.join(", ")}]`;
}
