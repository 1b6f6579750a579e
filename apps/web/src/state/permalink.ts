import { revealOrders } from "@sdtt/scheduler";
import { defaultSettings, ranges, samplerChoices } from "./settings.ts";
import type { Settings } from "./settings.ts";

/** The settings as the fragment of an address, `text=It+was&steps=16...`, without its `#`. */
export function toFragment(settings: Settings): string {
  const { sampler, eta, gamma, blocks, guidance, model, beside, ...values } = settings;
  const fields = new URLSearchParams();
  for (const [name, value] of Object.entries({ ...values, model, beside })) {
    if (value !== undefined) fields.set(name, String(value));
  }
  // Most links are of the plain sampler: they stay short.
  for (const [name, value] of Object.entries({ sampler, eta, gamma, blocks, guidance })) {
    if (value !== defaultSettings[name as keyof Settings]) fields.set(name, String(value));
  }
  return fields.toString();
}

/** Anybody may have written the address: what is out of range or no number is left as it was. Undefined if it says nothing. */
export function fromFragment(fragment: string): Settings | undefined {
  const fields = new URLSearchParams(fragment.replace(/^#/, ""));
  if (!fields.has("text")) return undefined;
  const number = <Name extends keyof typeof ranges>(name: Name): number | Settings[Name] => {
    const value = Number(fields.get(name) || Number.NaN);
    const [least, most] = ranges[name];
    const isFitting = value >= least && value <= most && (isFraction(name) || Number.isInteger(value));
    return isFitting ? value : defaultSettings[name];
  };
  return {
    text: fields.get("text")!,
    length: number("length"),
    steps: number("steps"),
    sampler: samplerChoices.find((name) => name === fields.get("sampler")) ?? defaultSettings.sampler,
    correctorSteps: number("correctorSteps"),
    order: revealOrders.find((name) => name === fields.get("order")),
    eta: number("eta"),
    gamma: number("gamma"),
    blocks: number("blocks"),
    guidance: number("guidance"),
    temperature: number("temperature"),
    topP: number("topP"),
    seed: number("seed"),
    model: fields.get("model") ?? undefined,
    beside: fields.get("beside") ?? undefined,
  };
}

function isFraction(name: keyof typeof ranges): boolean {
  return ["temperature", "topP", "eta", "gamma", "guidance"].includes(name);
}
