import type { SamplerMeasures, SamplerSetting, SamplerTexts, TextMeasures } from "@sdtt/eval";
import { plural } from "../units.ts";

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
export function boundOf(setting: SamplerSetting): string {
  const { steps } = setting;
  const counted = steps === undefined ? [] : [plural(steps, "step")];
  return [...boundsOf(setting), ...counted].join(", ");
}

/** The name of the line in a plot that a setting is a point of: along it run the steps, or the bound where there are none. */
export function lineOf(setting: SamplerSetting): string {
  const { sampler = "ancestral", steps } = setting;
  return steps === undefined ? sampler : [sampler, ...boundsOf(setting)].join(", ");
}

function boundsOf({ blocks, correctorSteps, ...setting }: SamplerSetting): string[] {
  const named = Object.entries(setting).filter(
    ([name, bound]) => name !== "sampler" && name !== "steps" && bound !== undefined,
  );
  return [
    ...(blocks === undefined ? [] : [plural(blocks, "block")]),
    ...named.map(([name, bound]) => `${name} ${bound}`),
    ...(correctorSteps === undefined ? [] : [plural(correctorSteps, "corrector step")]),
  ];
}
