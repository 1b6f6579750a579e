import type { PickleValue } from "./pickle/value.ts";
import { entry } from "./state-dict.ts";

/** Values of a configuration tree; shared branches count each time they are met. */
const mostValues = 100_000;

/**
 * The configuration that a Lightning checkpoint was trained with, as JSON would give it: its hyper-parameters, or the one
 * named `config` among them. Undefined if there is none, or one too large to be a configuration. What JSON has no word
 * for (tensors, bytes, objects) is null.
 */
export function hyperParameters(root: PickleValue): unknown {
  const all = entry(root, "hyper_parameters");
  const config = entry(all, "config") ?? all;
  let count = 0;
  const json = (value: PickleValue): unknown => {
    if (++count > mostValues) return undefined;
    if (Array.isArray(value)) return value.map(json);
    // Defines own properties even for names like __proto__.
    if (value instanceof Map)
      return Object.fromEntries(Array.from(value, ([key, item]) => [String(key), json(item)]));
    if (typeof value === "bigint") return Number(value);
    return typeof value === "object" ? null : value;
  };
  const converted = config === undefined ? undefined : json(config);
  return count > mostValues ? undefined : converted;
}
