import type { Malformed } from "../malformed.ts";
import type { TorchStorage, TorchTensor } from "../tensor.ts";

/** What may be a key of a dict or a member of a set. Tuples and objects are keys by their identity: nobody looks them up. */
export type PickleKey = string | number | bigint | boolean | null | CompoundKey;

type CompoundKey =
  | readonly PickleValue[]
  | Uint8Array
  | TorchTensor
  | TorchStorage
  | PickleGlobal
  | PickleOpaque
  | PickleInstance;

/**
 * What a pickle holds: dicts as maps, lists and tuples as arrays, integers past 2^53 as bigints, tensors unread. Never
 * an object whose keys the file chose.
 */
export type PickleValue =
  | PickleKey
  | Uint8Array
  | PickleValue[]
  | Map<PickleKey, PickleValue>
  | Set<PickleKey>
  | TorchTensor
  | TorchStorage
  | PickleGlobal
  | PickleOpaque
  | PickleInstance;

/** A class or function that the file names. It stands for itself: nothing is looked up, nothing is run. */
interface PickleGlobal {
  readonly kind: "global";
  /** The full name, as `torch.FloatStorage`. */
  readonly name: string;
}

/**
 * Whatever only Python could make: a class or function that no rule knows, what a call of it would give, an object of it.
 * What the file puts into it is dropped.
 */
export interface PickleOpaque {
  readonly kind: "opaque";
  /** The full name of the global that it comes from. */
  readonly name: string;
}

/** An object of a class that the allow-list knows: the class's full name and the state that the file gives the object. */
export interface PickleInstance {
  readonly kind: "instance";
  readonly className: string;
  state: PickleValue;
}

/** Whether a value is one of the records, and which. */
export function isKind<K extends Extract<PickleValue, { kind: string }>["kind"]>(
  value: PickleValue | undefined,
  kind: K,
): value is Extract<PickleValue, { kind: K }> {
  return typeof value === "object" && value !== null && "kind" in value && value.kind === kind;
}

/** The value as a key. */
export function asKey(value: PickleValue, malformed: Malformed): PickleKey {
  return value instanceof Map || value instanceof Set
    ? malformed("its pickle has a dict or set with a key that is a dict or set itself")
    : value;
}

/** What a dict holds under a key; undefined if it is no dict. */
export function entry(value: PickleValue | undefined, key: string): PickleValue | undefined {
  return value instanceof Map ? value.get(key) : undefined;
}
