import type { MachineContext, Steps } from "./machine-context.ts";
import { asKey, isKind } from "./value.ts";
import type { PickleValue } from "./value.ts";

type ContainerName =
  | ("EMPTY_TUPLE" | "TUPLE" | "TUPLE1" | "TUPLE2" | "TUPLE3")
  | ("EMPTY_LIST" | "APPEND" | "APPENDS")
  | ("EMPTY_DICT" | "SETITEM" | "SETITEMS")
  | ("EMPTY_SET" | "ADDITEMS" | "FROZENSET");

/**
 * Tuples, lists, dicts and sets. Items come from the stack, so the count of operations bounds them. Those of an opaque
 * object are dropped.
 */
export function containerSteps({ stack, pushObject, malformed }: MachineContext): Steps<ContainerName> {
  const popMany = (count: number): PickleValue[] =>
    Array.from({ length: count }, () => stack.pop()).toReversed();
  const append = (items: readonly PickleValue[]): void => {
    const list = stack.top();
    if (isKind(list, "opaque")) return;
    if (!Array.isArray(list)) return malformed("its pickle appends to what is no list");
    for (const item of items) list.push(item);
  };
  const setItems = (items: readonly PickleValue[]): void => {
    const map = stack.top();
    if (isKind(map, "opaque") && items.length % 2 === 0) return;
    if (!(map instanceof Map) || items.length % 2 === 1) {
      return malformed("its pickle sets items of what is no dict, or a key without a value");
    }
    for (let i = 0; i < items.length; i += 2) map.set(asKey(items[i]!, malformed), items[i + 1]!);
  };
  const add = (items: readonly PickleValue[]): void => {
    const set = stack.top();
    if (isKind(set, "opaque")) return;
    if (!(set instanceof Set)) return malformed("its pickle adds items to what is no set");
    for (const item of items) set.add(asKey(item, malformed));
  };
  return {
    EMPTY_TUPLE: () => pushObject([]),
    TUPLE: () => pushObject(stack.popMark()),
    TUPLE1: () => pushObject(popMany(1)),
    TUPLE2: () => pushObject(popMany(2)),
    TUPLE3: () => pushObject(popMany(3)),
    EMPTY_LIST: () => pushObject([]),
    APPEND: () => append(popMany(1)),
    APPENDS: () => append(stack.popMark()),
    EMPTY_DICT: () => pushObject(new Map()),
    SETITEM: () => setItems(popMany(2)),
    SETITEMS: () => setItems(stack.popMark()),
    EMPTY_SET: () => pushObject(new Set()),
    ADDITEMS: () => add(stack.popMark()),
    FROZENSET: () => {
      const items = stack.popMark();
      pushObject(new Set());
      add(items);
    },
  };
}
