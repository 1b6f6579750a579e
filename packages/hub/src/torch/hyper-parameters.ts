import { entry } from "./pickle/value.ts";
import type { PickleValue } from "./pickle/value.ts";

/** Values of a configuration tree; shared branches count each time they are met. */
const mostValues = 100_000;

/**
 * The arguments that the module of a Lightning checkpoint was made with, as JSON would give them; the config is one of
 * them. What JSON has no word for (tensors, bytes, objects) is null. Undefined if there are none, or more than any
 * configuration has.
 */
export function hyperParameters(root: PickleValue): unknown {
  let count = 0;
  const json = (value: PickleValue): unknown => {
    if (++count > mostValues) return null;
    if (Array.isArray(value)) return value.map(json);
    // Object.fromEntries defines properties, whatever they are called: __proto__ becomes one like any other.
    if (value instanceof Map) {
      return Object.fromEntries(Array.from(value, ([key, item]) => [String(key), json(item)]));
    }
    if (typeof value === "bigint") return Number(value);
    return typeof value === "object" ? null : value;
  };
  const parameters = entry(root, "hyper_parameters");
  const converted = parameters === undefined ? undefined : json(parameters);
  return count > mostValues ? undefined : converted;
}
