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
  /**
   * The size of a random vector that is projected and added to the embedding of every mask, one for each sequence (IMDM,
   * arXiv 2605.10518): one pass can then choose among texts. None unless given.
   */
  readonly noiseSize?: number | undefined;
}

/** The sizes of an autoregressive transformer. */
export type CausalConfig = Omit<DitConfig, "conditionSize" | "timeConditioning" | "noiseSize">;

/** The projection of hidden rows on the vocabulary. */
export interface HeadConfig extends Pick<DitConfig, "vocabSize" | "hiddenSize"> {
  /**
   * The embedding that is the projection too, by its name: then it has no bias, and every id is a token. Absent: a layer of
   * its own, whose last row is that of the mask, which is never drawn.
   */
  readonly tiedTo?: string;
}

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

/**
 * An autoregressive model: a baseline, and a judge of texts.
 *
 * - `ar`: the baseline of MDLM and SDTT (`ar_orig` in their configs), a DiT's blocks without conditioning. Its vocabulary is
 *   the DiT's, mask included, so that both read the same ids; the mask is never predicted. Rotary positions.
 * - `gpt2`: GPT-2 (Radford et al. 2019). Its vocabulary has no mask, and `length` is the most positions that it has
 *   embeddings for.
 */
export interface CausalDescription {
  readonly family: "ar" | "gpt2";
  readonly config: CausalConfig;
}

/** What a checkpoint holds: a family and its sizes. */
export type ModelDescription = DenoiserDescription | CausalDescription;

export type ModelFamily = ModelDescription["family"];

export function isCausal(model: ModelDescription): model is CausalDescription {
  return model.family === "ar" || model.family === "gpt2";
}

/** How the hidden rows of a model become logits. */
export function headOf({ family, config }: ModelDescription): HeadConfig {
  return family === "gpt2" ? { ...config, tiedTo: "wte.weight" } : config;
}

/** How many ids can be drawn: all but the mask, where there is one. They are the first. */
export function tokenCount({ vocabSize, tiedTo }: HeadConfig): number {
  return tiedTo === undefined ? vocabSize - 1 : vocabSize;
}
