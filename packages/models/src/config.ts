/** The sizes of a DiT as MDLM, SDTT and SEDD use it. */
export interface DitConfig {
  /** Number of ids, the mask included; the mask is the last. */
  readonly vocabSize: number;
  readonly hiddenSize: number;
  readonly blockCount: number;
  readonly headCount: number;
  /** Width of the conditioning vector that feeds every adaLN modulation. */
  readonly conditionSize: number;
  /** Tokens the model was trained on at a time. Rotary positions extend past it, quality does not. */
  readonly length: number;
  /**
   * Whether the network is told the noise level. MDLM and SDTT checkpoints are not (sigma = 0 always), so the
   * conditioning is one constant row; SEDD is.
   */
  readonly timeConditioning: boolean;
}

/**
 * The sizes of the autoregressive transformer that MDLM and SDTT compare with: a DiT's blocks without conditioning. Its
 * vocabulary is the DiT's, mask included, so that both read the same ids; the mask is never predicted.
 */
export type CausalConfig = Omit<DitConfig, "conditionSize" | "timeConditioning">;

/** The sizes that the projection on the vocabulary has. */
export type HeadConfig = Pick<DitConfig, "vocabSize" | "hiddenSize">;

/** A diffusion model. Its lineage decides the output head and the sampler, not the backbone. */
export interface DenoiserDescription {
  readonly family: "sdtt" | "mdlm" | "sedd";
  readonly config: DitConfig;
  /** Whether its training texts began with the end-of-text token; where nothing is said, `trainedWithBos` knows. */
  readonly bos?: boolean | undefined;
}

/**
 * Whether the texts that a model was trained on began with the end-of-text token: those of MDLM and SDTT do (a block is
 * `[BOS] ... [EOS]`), those of SEDD's own code do not (documents are joined and cut).
 */
export function trainedWithBos({ family, bos = family !== "sedd" }: DenoiserDescription): boolean {
  return bos;
}

/** An autoregressive model: the baseline of the papers, and the judge of texts. */
export interface CausalDescription {
  readonly family: "ar";
  readonly config: CausalConfig;
}

/** What a checkpoint holds: a family and its sizes. */
export type ModelDescription = DenoiserDescription | CausalDescription;

export type ModelFamily = ModelDescription["family"];
