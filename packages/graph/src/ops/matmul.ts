import { broadcastShapes } from "../dimension.ts";
import { apply, mismatch } from "../value.ts";
import type { Operator, Value } from "../value.ts";

const matmulOperator: Operator<undefined> = {
  name: "MatMul",
  infer(inputs) {
    const [a, b] = inputs as [Value, Value];
    const batch = broadcastShapes(a.shape.slice(0, -2), b.shape.slice(0, -2));
    const fits = a.shape.length >= 2 && b.shape.length >= 2 && a.shape.at(-1) === b.shape.at(-2);
    if (!fits || !batch || a.dtype !== b.dtype) {
      throw mismatch("MatMul", inputs, "one type and shapes [..., m, k] and [..., k, n]");
    }
    return [{ dtype: a.dtype, shape: [...batch, a.shape.at(-2)!, b.shape.at(-1)!] }];
  },
  emit: (emitter, inputs) => emitter.node("MatMul", inputs),
};

/** Products of matrices: `[..., m, k]` with `[..., k, n]`; the axes in front broadcast. */
export function matmul(a: Value, b: Value): Value {
  return apply(matmulOperator, [a, b], undefined);
}

export interface GemmAttributes {
  readonly transposeA: boolean;
  readonly transposeB: boolean;
}

const gemmOperator: Operator<GemmAttributes> = {
  name: "Gemm",
  infer(inputs, { transposeA, transposeB }) {
    const [a, b, c] = inputs as [Value, Value, Value | undefined];
    const [m, k] = transposeA ? a.shape.toReversed() : a.shape;
    const [k2, n] = transposeB ? b.shape.toReversed() : b.shape;
    const isMatrixPair = a.shape.length === 2 && b.shape.length === 2 && k === k2;
    const oneType = inputs.every((x) => x.dtype === a.dtype);
    const fits =
      isMatrixPair && oneType && (!c || broadcastShapes(c.shape, [m!, n!])?.join() === [m, n].join());
    if (!fits) {
      const [left, right] = [transposeA ? "[k, m]" : "[m, k]", transposeB ? "[n, k]" : "[k, n]"];
      throw mismatch(
        "Gemm",
        inputs,
        `one type and shapes ${left}, ${right} and, optionally, one that broadcasts to [m, n]`,
      );
    }
    return [{ dtype: a.dtype, shape: [m!, n!] }];
  },
  emit(emitter, inputs, node) {
    const { transposeA, transposeB } = node.attributes;
    return emitter.node("Gemm", inputs, { transA: transposeA ? 1 : 0, transB: transposeB ? 1 : 0 });
  },
};

/** The product of two matrices, each transposed first if asked, plus `c` if given. */
export function gemm(
  a: Value,
  b: Value,
  options: { c?: Value; transposeA?: boolean; transposeB?: boolean } = {},
): Value {
  const { c, transposeA = false, transposeB = false } = options;
  return apply(gemmOperator, c ? [a, b, c] : [a, b], { transposeA, transposeB });
}

/** A linear layer: x `[rows, in]`, weight `[out, in]` as PyTorch stores it, bias `[out]`; result `[rows, out]`. */
export function linear(x: Value, weight: Value, bias?: Value): Value {
  return gemm(x, weight, bias ? { c: bias, transposeB: true } : { transposeB: true });
}
