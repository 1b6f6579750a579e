import { SdttError } from "@sdtt/core";
import { isCausal } from "@sdtt/models";
import type { CausalDescription, DenoiserDescription, ModelDescription } from "@sdtt/models";

type Maker = "createDenoiser" | "createScoreModel" | "createCausalModel";

/** Narrows a description to what a maker takes. Throws `checkpoint` naming the right maker. */
export function expectFamily(
  description: ModelDescription,
  maker: "createDenoiser" | "createScoreModel",
): DenoiserDescription;
export function expectFamily(description: ModelDescription, maker: "createCausalModel"): CausalDescription;
export function expectFamily(description: ModelDescription, maker: Maker): ModelDescription {
  const right = makerOf(description);
  if (maker === right) return description;
  throw new SdttError(
    "checkpoint",
    `${maker} does not take models of the family ${description.family}: use ${right}.`,
  );
}

function makerOf(description: ModelDescription): Maker {
  if (isCausal(description)) return "createCausalModel";
  return description.family === "sedd" ? "createScoreModel" : "createDenoiser";
}
