import {
  add,
  divide,
  input,
  multiply,
  reduceSum,
  reshape,
  scalar,
  serialize,
  slice,
  squareRoot,
  subtract,
} from "@sdtt/graph";
import type { Program, Value } from "@sdtt/graph";

/** float32 numbers that change from step to step, in the order of the input `settings`. */
export const adamWSettings = [
  /** What the gradient is multiplied with first: clipping. */
  "gradientScale",
  "beta1",
  "beta2",
  "epsilon",
  /** The learning rate over 1 - beta1^t. */
  "stepSize",
  /** The root of 1 - beta2^t. */
  "secondCorrection",
  /** 1 - learning rate * weight decay. */
  "shrink",
  "averageDecay",
] as const;

export type AdamWSettings = Readonly<Record<(typeof adamWSettings)[number], number>>;

/**
 * One update of a window of the flat state, `[n]`: AdamW (Loshchilov & Hutter 2019, as PyTorch writes it) and the moving
 * average of the weights. Takes `weights`, `first`, `second`, `average`, `gradient` and `settings`; gives `next:` of each of the
 * five, the gradient at zero again.
 */
export function adamWProgram(): Program {
  const flat = (name: string) => input(name, "float32", ["n"]);
  const [weights, first, second, average, gradient] = [
    "weights",
    "first",
    "second",
    "average",
    "gradient",
  ].map(flat) as [Value, Value, Value, Value, Value];
  const settings = input("settings", "float32", [adamWSettings.length]);
  const at = (name: (typeof adamWSettings)[number]) => {
    const index = adamWSettings.indexOf(name);
    return reshape(slice(settings, { axis: 0, start: index, end: index + 1 }), []);
  };
  /** decay * old + (1 - decay) * fresh */
  const blend = (decay: Value, old: Value, fresh: Value) =>
    add(multiply(decay, old), multiply(subtract(scalar("float32", 1), decay), fresh));

  const scaled = multiply(gradient, at("gradientScale"));
  const nextFirst = blend(at("beta1"), first, scaled);
  const nextSecond = blend(at("beta2"), second, multiply(scaled, scaled));
  const denominator = add(divide(squareRoot(nextSecond), at("secondCorrection")), at("epsilon"));
  const step = multiply(at("stepSize"), divide(nextFirst, denominator));
  const nextWeights = subtract(multiply(weights, at("shrink")), step);
  return serialize({
    name: "adamw",
    outputs: {
      "next:weights": nextWeights,
      "next:first": nextFirst,
      "next:second": nextSecond,
      "next:average": blend(at("averageDecay"), average, nextWeights),
      // Zero that is made of what read the gradient: a constant might be written over it before.
      "next:gradient": subtract(scaled, scaled),
    },
  });
}

/** The sum of squares of `gradient`, `[n]`: `squares`, float32 `[]`. */
export function squaresProgram(): Program {
  const gradient = input("gradient", "float32", ["n"]);
  return serialize({
    name: "squares",
    outputs: { squares: reduceSum(multiply(gradient, gradient), { axes: [0] }) },
  });
}
