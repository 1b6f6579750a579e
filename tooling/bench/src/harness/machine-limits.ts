import { tensor } from "@sdtt/core";
import { input, matmul, reduceMax, serialize } from "@sdtt/graph";
import type { Value } from "@sdtt/graph";
import type { Engine } from "@sdtt/runtime";

/** What a machine can do at most, by the same engine on the same threads as what is compared with it. */
export interface MachineLimits {
  /** Reading memory that no cache holds. */
  readonly bytesPerSecond: number;
  /** Multiplications and additions of float32 matrix products. */
  readonly operationsPerSecond: number;
  /** How often each was measured; the fastest counts. */
  readonly rounds: number;
}

const rounds = 10;
/** Rows and columns of what is read: 512 MiB. */
const [rows, columns] = [2048, 65_536];
/** Of the square matrices that are multiplied. */
const side = 2048;

export async function measureMachine(engine: Engine): Promise<MachineLimits> {
  const table = () => input("x", "float32", [rows, columns]);
  const bytes = 4 * rows * columns;
  const reads = [
    await fastest(engine, { x: [rows, columns] }, reduceMax(table(), { axes: [1] })),
    await fastest(
      engine,
      { x: [rows, columns], v: [1, rows] },
      matmul(input("v", "float32", [1, rows]), table()),
    ),
  ];
  const square = [side, side] as const;
  const product = await fastest(
    engine,
    { a: square, b: square },
    matmul(input("a", "float32", square), input("b", "float32", square)),
  );
  return {
    bytesPerSecond: bytes / Math.min(...reads),
    operationsPerSecond: (2 * side ** 3) / product,
    rounds,
  };
}

/** What the machine can do by both measurements: another program that disturbs one of them would make the limit too low. */
export function fasterOf(one: MachineLimits, other: MachineLimits): MachineLimits {
  return {
    bytesPerSecond: Math.max(one.bytesPerSecond, other.bytesPerSecond),
    operationsPerSecond: Math.max(one.operationsPerSecond, other.operationsPerSecond),
    rounds: one.rounds + other.rounds,
  };
}

/** Seconds that the computation of a value takes, its inputs in place. */
async function fastest(
  engine: Engine,
  shapes: Readonly<Record<string, readonly number[]>>,
  value: Value,
): Promise<number> {
  await using stack = new AsyncDisposableStack();
  const session = stack.use(await engine.load(serialize({ outputs: { y: value }, weights: new Map() })));
  const feeds: Record<string, Awaited<ReturnType<Engine["place"]>>> = {};
  for (const [name, shape] of Object.entries(shapes)) {
    const count = shape.reduce((product, size) => product * size, 1);
    const values = Float32Array.from({ length: count }, (_, i) => (i % 251) / 251 - 0.5);
    feeds[name] = stack.use(await engine.place(tensor("float32", shape, values)));
  }
  const result = stack.use(
    await engine.allocate({ dtype: "float32", shape: value.shape as readonly number[] }),
  );
  let best = Infinity;
  for (let round = 0; round < rounds; round++) {
    const start = performance.now();
    await session.run({ feeds, into: { y: result } });
    best = Math.min(best, (performance.now() - start) / 1000);
  }
  return best;
}
