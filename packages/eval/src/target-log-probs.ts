import type { Denoiser, RowsRequest } from "@sdtt/core";

/** A denoiser; one that gives single log-probabilities (`createDenoiser`'s does) saves handing out `[rows, vocabSize]`. */
export interface EvaluatedDenoiser extends Denoiser {
  targetLogProbs?(request: TargetsRequest): Promise<Float32Array>;
}

interface TargetsRequest extends RowsRequest {
  /** An id for each row. */
  readonly targets: Int32Array;
}

/** The log-probability of one id at each row, `[rows.length]`. */
export async function targetLogProbs(
  denoiser: EvaluatedDenoiser,
  request: TargetsRequest,
): Promise<Float32Array> {
  if (denoiser.targetLogProbs) return denoiser.targetLogProbs(request);
  const { targets, ...asked } = request;
  const distributions = await denoiser.logProbs(asked);
  return Float32Array.from(targets, (id, i) => distributions[i * denoiser.vocabSize + id]!);
}
