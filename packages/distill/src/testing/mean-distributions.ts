import type { Denoiser, RandomStream } from "@sdtt/core";
import type { TrajectoryPlan } from "../targets/trajectory-plan.ts";

/** Log-probabilities of rows, `[rows, tokens]`, without the mask, which has none under SUBS. */
export type Distributions = Float64Array;

interface Grid {
  readonly tokens: Int32Array;
  readonly batch: number;
  readonly length: number;
}

/** The distributions of one pass at rows. */
export async function distributionsOf(
  denoiser: Denoiser,
  grid: Grid & { rows: Int32Array },
): Promise<Distributions> {
  const { vocabSize } = denoiser;
  const logProbs = await denoiser.logProbs(grid);
  const distributions = new Float64Array(grid.rows.length * (vocabSize - 1));
  for (let row = 0; row < grid.rows.length; row++) {
    distributions.set(logProbs.subarray(row * vocabSize, (row + 1) * vocabSize - 1), row * (vocabSize - 1));
  }
  return distributions;
}

/**
 * The normalized geometric mean of a teacher's distributions over its trajectories, by Monte Carlo: what `kl-bwd` is least at. The
 * trajectories follow from the stream.
 */
export async function meanDistributions(
  options: Grid & {
    teacher: Denoiser;
    plan: (stream: RandomStream) => TrajectoryPlan;
    stream: RandomStream;
    trajectories: number;
  },
): Promise<Distributions> {
  const { teacher, plan, stream, trajectories } = options;
  let sum: Distributions | undefined;
  for (let k = 0; k < trajectories; k++) {
    const distributions = await distributionsAlong(teacher, options, plan(stream.child(k)));
    if (sum) for (let i = 0; i < distributions.length; i++) sum[i]! += distributions[i]!;
    else sum = distributions;
  }
  return normalized(
    sum!.map((total) => total / trajectories),
    teacher.vocabSize - 1,
  );
}

/**
 * The distributions along one trajectory, as algorithm 1 of arXiv 2410.21035 says it: that of a row is the distribution of the step which
 * reveals it, or of the last step.
 */
async function distributionsAlong(
  teacher: Denoiser,
  { batch, length, ...start }: Grid,
  { masked, steps, reveals }: TrajectoryPlan,
): Promise<Distributions> {
  const size = teacher.vocabSize - 1;
  const distributions = new Float64Array(masked.length * size);
  const tokens = start.tokens.slice();
  const keep = async (rows: Int32Array): Promise<void> => {
    const found = await distributionsOf(teacher, { tokens, batch, length, rows });
    rows.forEach((row, i) =>
      distributions.set(found.subarray(i * size, (i + 1) * size), masked.indexOf(row) * size),
    );
  };
  let left = masked;
  for (const { step, rows, uniforms } of reveals) {
    if (step === steps - 1) break;
    await keep(rows);
    const { ids } = await teacher.draw({ tokens, batch, length, rows, uniforms });
    rows.forEach((row, i) => (tokens[row] = ids[i]!));
    left = left.filter((row) => !rows.includes(row));
  }
  if (left.length > 0) await keep(left);
  return distributions;
}

/** Each row made a distribution. */
export function normalized(distributions: Distributions, size: number): Distributions {
  for (let start = 0; start < distributions.length; start += size) {
    const row = distributions.subarray(start, start + size);
    const total = Math.log(row.reduce((sum, logProb) => sum + Math.exp(logProb), 0));
    for (let i = 0; i < size; i++) row[i]! -= total;
  }
  return distributions;
}

/** KL(p || q) in nats, a mean over the rows. */
export function divergence(p: Distributions, q: Distributions, size: number): number {
  return p.reduce((sum, logProb, i) => sum + Math.exp(logProb) * (logProb - q[i]!), 0) / (p.length / size);
}
