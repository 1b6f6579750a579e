import type { SamplingDefaults } from "@sdtt/checkpoint";
import type { TextSampleOptions } from "./language-model.ts";

/** A request with defaults for what it leaves open. The published sampler, which `gumbel32` repeats, takes none. */
export function withSamplingDefaults<
  Request extends Pick<TextSampleOptions, "precision" | "temperature" | "topP">,
>(request: Request, defaults: SamplingDefaults): Request {
  if (request.precision === "gumbel32") return request;
  const { temperature = defaults.temperature, topP = defaults.topP } = request;
  return { ...request, temperature, topP };
}
