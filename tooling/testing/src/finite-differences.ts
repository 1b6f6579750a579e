import { createStream, tensor } from "@sdtt/core";
import type { Tensor } from "@sdtt/core";
import { openProgram } from "./evaluate.ts";
import type { ExecutableProgram, OpenProgram } from "./evaluate.ts";

export interface GradientErrorOptions {
  /** Gives `loss`, float64 `[]`, and for each of the names `gradient.NAME`. */
  readonly program: ExecutableProgram;
  readonly feeds: Readonly<Record<string, Tensor>>;
  /** The float64 feeds to move. */
  readonly names: readonly string[];
  /** Moves each feed along this many random directions; along each of its elements if absent. */
  readonly directions?: number;
  /** How far to move: 1e-3 if absent. */
  readonly step?: number;
}

/**
 * How far a program's gradients are from central differences of its loss, for each name: the largest difference over
 * the directions, relative to the largest derivative. Of fourth order, so that about 1e-10 is left for a right gradient.
 */
export async function gradientErrors(options: GradientErrorOptions): Promise<Record<string, number>> {
  const open = await openProgram(options.program);
  try {
    return await errorsOf(open, options);
  } finally {
    await open.close();
  }
}

async function errorsOf(
  open: OpenProgram,
  { feeds, names, directions, step = 1e-3 }: GradientErrorOptions,
): Promise<Record<string, number>> {
  const gradients = await open.run(feeds);
  const errors: Record<string, number> = {};
  for (const name of names) {
    const gradient = gradients[`gradient.${name}`]!.data as Float64Array;
    let [worst, largest] = [0, 1e-4];
    for (const direction of directionsFor(name, gradient.length, directions)) {
      const measured = await slope(open, { feeds, name, direction, step });
      const claimed = gradient.reduce((sum, value, i) => sum + value * direction[i]!, 0);
      // Written so that NaN counts as the worst.
      if (!(Math.abs(measured - claimed) <= worst)) worst = Math.abs(measured - claimed);
      largest = Math.max(largest, Math.abs(claimed));
    }
    errors[name] = worst / largest;
  }
  return errors;
}

function* directionsFor(name: string, size: number, count: number | undefined): Generator<Float64Array> {
  const stream = createStream(1).child(name);
  for (let k = 0; k < (count ?? size); k++) {
    yield Float64Array.from({ length: size }, (_, i) =>
      count === undefined ? Number(i === k) : Math.sign(stream.uniform(k * size + i) - 0.5),
    );
  }
}

/** The derivative of the loss as one feed moves along a direction. */
async function slope(
  open: OpenProgram,
  at: { feeds: GradientErrorOptions["feeds"]; name: string; direction: Float64Array; step: number },
): Promise<number> {
  const { dtype, shape, data } = at.feeds[at.name] as Tensor<"float64">;
  const step = at.step / Math.sqrt(at.direction.reduce((sum, value) => sum + value * value, 0));
  const lossAt = async (steps: number): Promise<number> => {
    const moved = data.map((value, i) => value + steps * step * at.direction[i]!);
    const results = await open.run({ ...at.feeds, [at.name]: tensor(dtype, shape, moved) });
    return Number(results["loss"]!.data[0]);
  };
  const [near, far] = [(await lossAt(1)) - (await lossAt(-1)), (await lossAt(2)) - (await lossAt(-2))];
  return (8 * near - far) / (12 * step);
}
