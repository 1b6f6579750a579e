import type { Malformed } from "./malformed.ts";
import { pickleLimits } from "./pickle/limits.ts";
import { isKind } from "./pickle/value.ts";
import type { PickleInstance, PickleValue } from "./pickle/value.ts";

/**
 * The value with every object replaced by what it stands for: an OmegaConf dict by a map, a list by an array, a node by
 * its value (interpolations as they stand), any other object by the name of its class. Containers are changed in place,
 * so what was shared stays shared.
 *
 * What is left contains itself nowhere and is nested to a bounded depth, so those who walk it may recurse.
 */
export function plainValues(root: PickleValue, malformed: Malformed): PickleValue {
  const tooDeep = (): never => malformed(`its pickle is nested more than ${pickleLimits.depth} deep`);
  /** How many containers lie inside each other at most, from this one on; infinitely many while it is being walked. */
  const heights = new Map<PickleValue, number>();

  /** `depth` bounds our own recursion; the heights bound what was reached before by a shorter way. */
  const visit = (value: PickleValue, depth: number): PickleValue => {
    if (depth > pickleLimits.depth) return tooDeep();
    if (isKind(value, "instance")) return visit(contentOf(value), depth + 1);
    if (!Array.isArray(value) && !(value instanceof Map)) return value;
    const known = heights.get(value);
    if (known === Infinity) malformed("its pickle has a container that contains itself");
    if (known !== undefined) return value;
    heights.set(value, Infinity);
    let height = 1;
    const visitItem = (item: PickleValue): PickleValue => {
      const plain = visit(item, depth + 1);
      height = Math.max(height, 1 + (heights.get(plain) ?? 0));
      return plain;
    };
    if (Array.isArray(value)) value.forEach((item, i) => void (value[i] = visitItem(item)));
    else value.forEach((item, key) => void value.set(key, visitItem(item)));
    if (height > pickleLimits.depth) return tooDeep();
    heights.set(value, height);
    return value;
  };
  return visit(root, 0);
}

/** A missing or interpolated OmegaConf container has text in place of its content. */
function contentOf({ className, state }: PickleInstance): PickleValue {
  if (!className.startsWith("omegaconf.") || !(state instanceof Map))
    return { kind: "global", name: className };
  return state.get("_content") ?? state.get("_val") ?? null;
}
