import { tensor } from "@sdtt/core";
import type { RandomStream, Tensor } from "@sdtt/core";
import { multiplyDimensions, parseDimension } from "../dimension.ts";
import type { Shape } from "../dimension.ts";
import { cast, cosine, gradients, multiply, range, reduceSum, reshape, serialize } from "../index.ts";
import type { Program, Value } from "../index.ts";

/** A loss that depends on each element of a value with a weight of its own. */
export function lossOf(value: Value): Value {
  const count = multiplyDimensions(...value.shape);
  const weights = cosine(cast(range(count), "float64"));
  return reduceSum(multiply(reshape(value, [count]), weights), { axes: [0] });
}

/** What `gradientErrors` takes: a program that gives a loss and its gradients. */
export function gradientProgram(loss: Value, inputs: Readonly<Record<string, Value>>): Program {
  const found = gradients(loss, Object.values(inputs));
  const named = Object.keys(inputs).map((name, i) => [`gradient.${name}`, found[i]!]);
  return serialize({ outputs: { loss, ...Object.fromEntries(named) } });
}

/** Uniform numbers of a shape whose named sizes are given, in (-1, 1) or a range of one's own. */
export function randomTensor(
  stream: RandomStream,
  shape: Shape,
  {
    sizes = {},
    from = -1,
    to = 1,
  }: { sizes?: Readonly<Record<string, number>>; from?: number; to?: number } = {},
): Tensor<"float64"> {
  const known = shape.map((dimension) => {
    const { coefficient, names } = parseDimension(dimension);
    return names.reduce((product, name) => product * sizes[name]!, coefficient);
  });
  const count = known.reduce((a, b) => a * b, 1);
  const data = Float64Array.from({ length: count }, (_, i) => from + (to - from) * stream.uniform(i));
  return tensor("float64", known, data);
}
