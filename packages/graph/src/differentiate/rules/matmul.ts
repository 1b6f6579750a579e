import { multiplyDimensions } from "../../dimension.ts";
import { reshape, transpose } from "../../ops/layout.ts";
import { gemm, matmul } from "../../ops/matmul.ts";
import type { GemmAttributes } from "../../ops/matmul.ts";
import type { Value } from "../../value.ts";
import { singleOutputRule } from "../rule.ts";
import type { Rule } from "../rule.ts";
import { unbroadcast } from "../unbroadcast.ts";

export const matmulRules: Readonly<Record<string, Rule>> = {
  MatMul: singleOutputRule((g, { inputs: [a, b] }) => [
    unbroadcast(matmul(g, transposeMatrices(b!)), a!.shape),
    b!.shape.length === 2
      ? gemm(asMatrix(a!), asMatrix(g), { transposeA: true })
      : unbroadcast(matmul(transposeMatrices(a!), g), b!.shape),
  ]),
  /** y = A B + c, where A is a or its transpose and B is b or its transpose: dA = g B', dB = A' g. */
  Gemm: singleOutputRule((g, { inputs: [a, b, c], attributes }) => {
    const { transposeA, transposeB } = attributes as GemmAttributes;
    const forA = transposeA
      ? gemm(b!, g, { transposeA: transposeB, transposeB: true })
      : gemm(g, b!, { transposeB: !transposeB });
    const forB = transposeB
      ? gemm(g, a!, { transposeA: true, transposeB: transposeA })
      : gemm(a!, g, { transposeA: !transposeA });
    return c ? [forA, forB, unbroadcast(g, c.shape)] : [forA, forB];
  }),
};

function transposeMatrices(x: Value): Value {
  const last = x.shape.length - 1;
  const order = [...x.shape.keys()];
  return transpose(x, [...order.slice(0, -2), last, last - 1]);
}

/** All rows of all matrices as one matrix. */
function asMatrix(x: Value): Value {
  return reshape(x, [multiplyDimensions(...x.shape.slice(0, -1)), x.shape.at(-1)!]);
}
