import { SdttError } from "@sdtt/core";
import type { Denoiser } from "@sdtt/core";
import type { LanguageModel } from "sdtt";

/**
 * The distribution of a model, for bounds on its perplexity.
 *
 * @throws SdttError `usage` for SEDD: its network gives a score, and its bound is another one.
 */
export function denoiserOf(model: LanguageModel): Denoiser {
  if ("logProbs" in model.network) return model.network;
  throw new SdttError("usage", `${model.name} is a SEDD model: this bound is for MDLM and SDTT models.`);
}
