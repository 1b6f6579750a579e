export { accumulate } from "./differentiate/accumulate.ts";
export { checkpoint } from "./differentiate/checkpoint.ts";
export { gradients } from "./differentiate/gradients.ts";
export { vectorJacobianProduct } from "./differentiate/vector-jacobian-product.ts";
export type { VectorJacobianProductOptions } from "./differentiate/vector-jacobian-product.ts";
export { broadcastShapes, divideDimensions, formatShape, multiplyDimensions } from "./dimension.ts";
export type { Dimension, Shape } from "./dimension.ts";
export { gelu } from "./ops/activation.ts";
export { attention } from "./ops/attention.ts";
export { bitwiseAnd, bitwiseXor } from "./ops/bitwise.ts";
export { cachedAttention } from "./ops/cached-attention.ts";
export type { KeysAndValues } from "./ops/cached-attention.ts";
export { cast } from "./ops/cast.ts";
export { equal, greaterOrEqual, lessOrEqual, where } from "./ops/compare.ts";
export { dequantize } from "./ops/dequantize.ts";
export { int8Linear } from "./ops/int8-linear.ts";
export { dropout } from "./ops/dropout.ts";
export type { DropoutOptions } from "./ops/dropout.ts";
export {
  absolute,
  add,
  cosine,
  divide,
  exponential,
  hyperbolicTangent,
  logarithm,
  maximum,
  minimum,
  multiply,
  negate,
  sigmoid,
  sign,
  silu,
  sine,
  squareRoot,
  subtract,
} from "./ops/elementwise.ts";
export { gather, gatherElements, scatterAddRows } from "./ops/gather.ts";
export { broadcastTo, reshape, transpose } from "./ops/layout.ts";
export { gemm, linear, matmul } from "./ops/matmul.ts";
export { layerNorm, logSoftmax, logSumExp, softmax } from "./ops/normalize.ts";
export { concat, pad, slice, split } from "./ops/parts.ts";
export { reduceMax, reduceMean, reduceMin, reduceSum } from "./ops/reduce.ts";
export { rotary } from "./ops/rotary.ts";
export { mapRowChunks } from "./ops/row-chunks.ts";
export type { ChunkValues, RowChunksOptions } from "./ops/row-chunks.ts";
export { cumulativeSum, pickAlongRows, topK } from "./ops/search.ts";
export { dimensionSize, range } from "./ops/size.ts";
export type { Program, ProgramValue } from "./program.ts";
export { int64Vector, ones, scalar, zeros } from "./scalar.ts";
export { onnxTypes } from "./serialize/onnx-types.ts";
export { serialize } from "./serialize/serialize.ts";
export type { SerializeOptions } from "./serialize/serialize.ts";
export { constant, input, parameter, parameterRows } from "./value.ts";
export type { Value } from "./value.ts";
export { scaleName } from "./weights.ts";
export type { StoredNumbers, Weight, WeightLocation, Weights } from "./weights.ts";
