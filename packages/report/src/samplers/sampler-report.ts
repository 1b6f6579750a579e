import type { SamplerMeasures, SamplerSetting, SamplerTexts, TextMeasures } from "@sdtt/eval";

/** What samplers make of a source whose exact posterior takes the model's place. */
export interface SamplerReport {
  readonly settings: SamplerTexts & { readonly states: number; readonly tokens: number };
  /** Of the source's own texts: what chance leaves of a sampler without error. */
  readonly source: TextMeasures;
  readonly rows: readonly SamplerRow[];
}

export interface SamplerRow extends SamplerMeasures {
  readonly setting: SamplerSetting;
}

/** What a setting is besides its sampler, in words. */
export function boundOf({ steps, gamma, threshold, factor }: SamplerSetting): string {
  const [name, value] =
    Object.entries({ gamma, threshold, factor }).find(([, bound]) => bound !== undefined) ?? [];
  if (name !== undefined) return `${name} ${value}`;
  return steps === undefined ? "" : `${steps} ${steps === 1 ? "step" : "steps"}`;
}
