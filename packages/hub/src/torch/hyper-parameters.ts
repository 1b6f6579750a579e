import { opaqueValue } from "@sdtt/checkpoint";
import { entry } from "./pickle/value.ts";
import type { PickleValue } from "./pickle/value.ts";

/** Values of a configuration tree; shared branches count each time they are met. */
const mostValues = 100_000;

/**
 * The arguments that the module of a Lightning checkpoint was made with, as JSON would give them; the config is one of
 * them. What JSON has no word for (tensors, bytes, objects) is opaque. Undefined if there are none, or more than any
 * configuration has.
 */
export function hyperParameters(root: PickleValue): unknown {
  let count = 0;
  const json = (value: PickleValue): unknown => {
    if (++count > mostValues) return null;
    if (Array.isArray(value)) return value.map(json);
    if (value instanceof Map) {
      // Object.fromEntries defines properties, whatever they are called: __proto__ becomes one like any other.
      const named = Array.from(value).flatMap(([key, item]): [string, unknown][] =>
        // Tuples and objects are keys of Python's dicts, but of no JSON.
        typeof key === "object" && key !== null ? [] : [[String(key), json(item)]],
      );
      return Object.fromEntries(named);
    }
    if (typeof value === "bigint") return Number(value);
    return typeof value === "object" && value !== null ? opaqueValue(originOf(value)) : value;
  };
  const parameters = entry(root, "hyper_parameters");
  const converted = parameters === undefined ? undefined : json(parameters);
  return count > mostValues ? undefined : converted;
}

/** The class of a value that is no plain data. */
function originOf(value: Exclude<PickleValue & object, PickleValue[] | Map<never, never>>): string {
  if (value instanceof Set) return "builtins.set";
  if (value instanceof Uint8Array) return "builtins.bytes";
  if (!("kind" in value)) return "builtins.object";
  switch (value.kind) {
    case "tensor":
      return "torch.Tensor";
    case "storage":
      return "torch.Storage";
    case "instance":
      return value.className;
    default:
      return value.name;
  }
}
