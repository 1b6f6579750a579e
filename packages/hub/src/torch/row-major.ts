import { elementSize } from "@sdtt/core";
import { tensorLength } from "./tensor.ts";
import type { TorchTensor } from "./tensor.ts";

/**
 * The elements of a strided view in row-major order.
 *
 * @param bytes the storage from the view's first element to its last, at the start of their buffer.
 */
export function gatherRowMajor(bytes: Uint8Array<ArrayBuffer>, tensor: TorchTensor): Uint8Array<ArrayBuffer> {
  const { shape, strides } = tensor;
  const Words = wordArrays[elementSize(tensor.dtype) as keyof typeof wordArrays];
  const source = new Words(bytes.buffer);
  const out = new Words(tensorLength(tensor));
  const index = shape.map(() => 0);
  for (let i = 0, at = 0; i < out.length; i++) {
    out[i] = source[at]!;
    // To the next index: the last dimension first, and where one is full back to its start and on with the one before.
    for (let d = shape.length - 1; d >= 0; d--) {
      at += strides[d]!;
      if (++index[d]! < shape[d]!) break;
      at -= strides[d]! * shape[d]!;
      index[d] = 0;
    }
  }
  return new Uint8Array(out.buffer);
}

/** Turns big-endian elements into little-endian ones, in place. */
export function swapByteOrder(bytes: Uint8Array, elementBytes: number): void {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (elementBytes === 2) buffer.swap16();
  else if (elementBytes === 4) buffer.swap32();
  else if (elementBytes === 8) buffer.swap64();
}

const wordArrays = { 1: Uint8Array, 2: Uint16Array, 4: Uint32Array, 8: BigUint64Array };
