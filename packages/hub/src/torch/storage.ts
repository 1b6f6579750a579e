import type { DataType } from "@sdtt/core";
import { quoted } from "../names-in-messages.ts";
import type { Malformed } from "./malformed.ts";
import { isKind } from "./pickle/value.ts";
import type { PickleValue } from "./pickle/value.ts";
import type { TorchStorage } from "./tensor.ts";

/** The element type of each of PyTorch's storage classes, by full name. Quantised and complex ones are unknown. */
export const storageTypes: ReadonlyMap<string, DataType> = new Map([
  ["torch.DoubleStorage", "float64"],
  ["torch.FloatStorage", "float32"],
  ["torch.HalfStorage", "float16"],
  ["torch.BFloat16Storage", "bfloat16"],
  ["torch.LongStorage", "int64"],
  ["torch.IntStorage", "int32"],
  ["torch.ShortStorage", "int16"],
  ["torch.CharStorage", "int8"],
  ["torch.ByteStorage", "uint8"],
  ["torch.BoolStorage", "bool"],
]);

/** The storages that a pickle refers to, by key. Asked by persistent id, it answers with one object for each key. */
export function createStorageTable(malformed: Malformed): {
  readonly storages: ReadonlyMap<string, TorchStorage>;
  readonly persistent: (id: PickleValue) => TorchStorage;
} {
  const storages = new Map<string, TorchStorage>();
  return {
    storages,
    persistent(id) {
      const storage = parsePersistentId(id, malformed);
      const known = storages.get(storage.key) ?? storage;
      if (known.dtype !== storage.dtype || known.length !== storage.length) {
        malformed(
          `storage ${quoted(storage.key)} has ${known.length} elements of ${known.dtype} and, elsewhere, ${storage.length} of ${storage.dtype}`,
        );
      }
      storages.set(known.key, known);
      return known;
    },
  };
}

/**
 * Reads `("storage", class, key, device, element count)`. The old format appends a view of another storage, which no
 * PyTorch since 0.4 writes: only None is known.
 */
function parsePersistentId(id: PickleValue, malformed: Malformed): TorchStorage {
  const [tag, type, key, , length, view] = Array.isArray(id) ? id : [];
  const isCount = Number.isSafeInteger(length) && (length as number) >= 0;
  if (tag !== "storage" || !isKind(type, "global") || typeof key !== "string" || !isCount || view) {
    return malformed("its pickle refers to something outside it that is no storage");
  }
  const dtype = storageTypes.get(type.name);
  if (!dtype) return malformed(`storage ${quoted(key)} is of ${type.name}, which is no known storage class`);
  return { kind: "storage", key, dtype, length: length as number };
}
