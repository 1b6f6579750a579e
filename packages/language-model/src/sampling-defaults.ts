import type { SamplingDefaults } from "@sdtt/checkpoint";
import { takesOrder } from "@sdtt/scheduler";
import type { RevealOrder } from "@sdtt/scheduler";
import type { TextSampleOptions } from "./language-model.ts";

/** A request with defaults for what it leaves open. The published sampler, which `gumbel32` repeats, takes none. */
export function withSamplingDefaults<
  Request extends Pick<
    TextSampleOptions,
    | "precision"
    | "temperature"
    | "topP"
    | "sampler"
    | "steps"
    | "order"
    | "correctorSteps"
    | "finalPass"
    | "addBos"
    | "prompt"
    | "template"
  >,
>(request: Request, defaults: SamplingDefaults): Request {
  if (request.precision === "gumbel32") return request;
  const { temperature = defaults.temperature, topP = defaults.topP, prompt, template } = request;
  // A text that someone begins gets what its model was trained with.
  const isBegun = prompt !== undefined || template !== undefined;
  return {
    ...request,
    temperature,
    topP,
    order: request.order ?? recommendedOrder(request.sampler, defaults),
    correctorSteps: request.correctorSteps ?? recommendedCorrectorSteps(request, defaults),
    addBos: request.addBos ?? (isBegun ? undefined : defaults.addBos),
  };
}

/** The order that a model recommends, for a sampler that takes one. */
export function recommendedOrder(
  sampler: TextSampleOptions["sampler"] = "ancestral",
  { order }: SamplingDefaults,
): RevealOrder | undefined {
  return sampler !== "euler" && takesOrder(sampler) ? order : undefined;
}

/**
 * The corrector steps that a model recommends, at most half as many as the request's own: who asks for few passes wants few. For
 * samplers that walk the chain as it is; who decides on a final pass wants none.
 */
export function recommendedCorrectorSteps(
  {
    sampler = "ancestral",
    finalPass,
    steps = 32,
  }: Pick<TextSampleOptions, "sampler" | "finalPass" | "steps">,
  { correctorSteps }: SamplingDefaults,
): number | undefined {
  const isPlain = sampler === "ancestral" || sampler === "analytic";
  if (!isPlain || finalPass !== undefined || correctorSteps === undefined) return undefined;
  return Math.min(correctorSteps, Math.floor(steps / 2));
}
