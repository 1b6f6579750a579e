import { SdttError } from "@sdtt/core";
import type { RunSettings } from "./state-file.ts";

/** Nested settings as one level of dotted names. What is undefined is left out; Infinity becomes words, as JSON has none. */
export function flattenSettings(settings: object, prefix = ""): RunSettings {
  const flat: RunSettings = {};
  for (const [name, value] of Object.entries(settings) as [string, unknown][]) {
    if (value === undefined) continue;
    if (typeof value === "object" && value !== null) {
      Object.assign(flat, flattenSettings(value, `${prefix}${name}.`));
    } else {
      flat[prefix + name] =
        typeof value === "number" && !Number.isFinite(value) ? `${value}` : (value as string);
    }
  }
  return flat;
}

/** Throws `usage` with every difference if a run was begun with other settings. */
export function assertSameSettings(path: string, saved: RunSettings, wanted: RunSettings): void {
  const names = [...new Set([...Object.keys(saved), ...Object.keys(wanted)])];
  const show = (value: unknown) => (value === undefined ? "not set" : JSON.stringify(value));
  const differences = names
    .filter((name) => saved[name] !== wanted[name])
    .map((name) => `${name} was ${show(saved[name])}, now ${show(wanted[name])}`);
  if (differences.length === 0) return;
  throw new SdttError(
    "usage",
    `${path} belongs to a run with other settings: ${differences.join("; ")}. Use those settings, or choose another directory.`,
  );
}
