import { expectDenoiser, openCheckpoint } from "@sdtt/hub";
import { createDenoiser } from "@sdtt/runtime";
import type { Engine } from "@sdtt/runtime";
import type { ComputeType } from "@sdtt/models";
import { tinyModelFolder } from "@sdtt/tiny";

export interface Distributions {
  /** `[rows, vocab]` */
  readonly values: Float32Array;
  readonly vocabSize: number;
}

/** Log-probabilities of the bundled model at the masks of texts of which a third is masked. */
export async function distributionsOfTiny(options: {
  engine: Engine;
  dtype?: ComputeType;
  batch?: number;
  length?: number;
}): Promise<Distributions> {
  const { engine, dtype, batch = 2, length = 48 } = options;
  const { description, weights } = expectDenoiser(
    await openCheckpoint({ path: tinyModelFolder("student") }),
    "tiny",
  );
  await using denoiser = await createDenoiser({ engine, description, weights, dtype });
  const { maskId, vocabSize } = denoiser;
  const tokens = Int32Array.from({ length: batch * length }, (_, i) =>
    i % 3 === 0 ? maskId : (i * 37) % 5000,
  );
  const rows = Int32Array.from([...tokens.keys()].filter((row) => tokens[row] === maskId));
  return { values: await denoiser.logProbs({ tokens, batch, length, rows }), vocabSize };
}

/** The mean over rows of KL(p || q), in nats. */
export function divergence(p: Distributions, q: Distributions): number {
  let sum = 0;
  p.values.forEach((value, i) => {
    if (Number.isFinite(value)) sum += Math.exp(value) * (value - q.values[i]!);
  });
  return sum / (p.values.length / p.vocabSize);
}

/** The largest difference of two log-probabilities. */
export function largestDifference(p: Distributions, q: Distributions): number {
  return p.values.reduce((worst, value, i) => {
    const other = q.values[i]!;
    return value === other ? worst : Math.max(worst, Math.abs(value - other));
  }, 0);
}
