import {
  elementCount,
  elementSize,
  SdttError,
  tensorBytes,
  tensorFromBytes,
  type DataType,
  type Tensor,
} from "@sdtt/core";
import type { Dimension } from "@sdtt/graph";
import type { ResidentTensor } from "../engine.ts";

/** Checks that a tensor holds as many elements as its shape says: native code believes the shape. */
export function checkTensor(what: string, { dtype, shape, data }: Tensor): void {
  checkShape(what, shape);
  if (data.byteLength !== elementCount(shape) * elementSize(dtype)) {
    throw new SdttError(
      "usage",
      `${what}: expected the elements of ${describe({ dtype, shape })}, got ${data.length} in ${data.byteLength} bytes.`,
    );
  }
}

/** Checks that sizes are whole numbers. */
export function checkShape(what: string, shape: readonly number[]): void {
  if (shape.every((size) => Number.isSafeInteger(size) && size >= 0)) return;
  throw new SdttError("usage", `${what}: sizes are whole numbers from 0, got [${shape.join(", ")}].`);
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

/** Checks that a tensor of `size` lies at element `offset` of another's elements. */
export function checkWindow(
  whole: Pick<Tensor, "dtype" | "shape">,
  offset: number,
  size: readonly number[],
): void {
  const counts = [offset, ...size].every((count) => Number.isSafeInteger(count) && count >= 0);
  if (!counts || offset + elementCount(size) > elementCount(whole.shape)) {
    throw new SdttError(
      "usage",
      `View: expected a part of ${describe(whole)}, got [${size.join(", ")}] at element ${offset}.`,
    );
  }
}

/** A tensor over memory of its own. Goes through bytes because elements may lie in a Buffer, whose `slice` shares. */
export function copyTensor(tensor: Tensor): Tensor {
  return tensorFromBytes(tensor.dtype, tensor.shape, new Uint8Array(tensorBytes(tensor)));
}

/** For messages: `float32 [batch, 8]`. */
export function describe({ dtype, shape }: { dtype: DataType; shape: readonly Dimension[] }): string {
  return `${dtype} [${shape.join(", ")}]`;
}

/** A tensor of zeros, in memory of its own. */
export function zeroTensor({ dtype, shape }: Pick<Tensor, "dtype" | "shape">): Tensor {
  return tensorFromBytes(dtype, shape, new Uint8Array(elementCount(shape) * elementSize(dtype)));
}
