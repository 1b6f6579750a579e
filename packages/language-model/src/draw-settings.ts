import type { SamplingDefaults } from "@sdtt/checkpoint";
import type { DrawSettings } from "@sdtt/engine";
import type { TextSampleOptions } from "./language-model.ts";
import { withSamplingDefaults } from "./sampling-defaults.ts";

/** The part of a request that says how tokens are drawn. */
export type DrawOptions = Pick<
  TextSampleOptions,
  "temperature" | "topP" | "topK" | "nucleus" | "sampler" | "order" | "precision" | "guidance"
>;

/** How the network draws the tokens of a request. Undefined where it gives distributions, and the sampler draws of them. */
export function drawSettingsOf(request: DrawOptions, defaults: SamplingDefaults): DrawSettings | undefined {
  const { precision, guidance, sampler, ...settings } = withSamplingDefaults(request, defaults);
  if (precision === "gumbel32" || guidance) return undefined;
  return { ...drawShape(settings), entropies: sampler === "entropy-bounded" };
}

/** Temperature 0 takes the likeliest token, which is the limit of small temperatures. */
export function drawShape({ temperature, topP, topK, nucleus }: DrawOptions): DrawSettings {
  return temperature === 0 ? { topK: 1 } : { temperature, topP, topK, nucleus };
}
