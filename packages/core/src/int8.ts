import { SdttError } from "./errors.ts";
import { float32Values } from "./half.ts";
import { tensor } from "./tensor.ts";
import type { Tensor } from "./tensor.ts";

/**
 * A matrix as int8: each of its rows is whole numbers from -127 to 127 times the row's scale. There is no zero point, so
 * zeros stay zeros.
 */
export interface Int8Matrix {
  /** `[rows, columns]` */
  readonly values: Tensor<"int8">;
  /** `[rows, 1]`, positive. */
  readonly scale: Tensor<"float32">;
}

/** The smallest normal float32: a scale that a row of zeros can be divided by. */
const smallestScale = 2 ** -126;

/** The matrix `[rows, columns]`, of finite values, with each row's largest at 127 and the others rounded to nearest. */
export function toInt8({ dtype, shape, data }: Tensor): Int8Matrix {
  const [rows, columns] = matrixSizes(shape);
  const wide = float32Values({ dtype, shape, data });
  const values = new Int8Array(wide.length);
  const scales = new Float32Array(rows);
  for (let row = 0; row < rows; row++) {
    const [start, end] = [row * columns, (row + 1) * columns];
    let largest = 0;
    for (let i = start; i < end; i++) largest = Math.max(largest, Math.abs(wide[i]!));
    scales[row] = Math.max(largest / 127, smallestScale);
    for (let i = start; i < end; i++) values[i] = Math.round(wide[i]! / scales[row]!);
  }
  return { values: tensor("int8", shape, values), scale: tensor("float32", [rows, 1], scales) };
}

/** The float32 matrix that int8 values `[rows, columns]` and a float scale `[rows, 1]` stand for: their product. */
export function fromInt8(values: Tensor, scale: Tensor): Tensor<"float32"> {
  const [rows, columns] = matrixSizes(values.shape);
  const scales = float32Values(scale);
  const wide = new Float32Array(values.data.length);
  for (let row = 0; row < rows; row++) {
    for (let i = row * columns; i < (row + 1) * columns; i++) wide[i] = Number(values.data[i]) * scales[row]!;
  }
  return tensor("float32", values.shape, wide);
}

function matrixSizes(shape: readonly number[]): readonly [rows: number, columns: number] {
  if (shape.length === 2) return shape as readonly [number, number];
  throw new SdttError("usage", `Expected a matrix [rows, columns]; got a tensor [${shape.join(", ")}].`);
}
