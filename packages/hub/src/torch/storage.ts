import { quoted } from "@sdtt/checkpoint";
import type { DataType } from "@sdtt/core";
import type { Malformed } from "./malformed.ts";
import { isKind } from "./pickle/value.ts";
import type { PickleOpaque, PickleValue } from "./pickle/value.ts";
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

/**
 * The storages that a pickle refers to, by key. Asked by persistent id, it answers with one object for each key; what is
 * no storage, or one of a class that is not known, is opaque.
 */
export function createStorageTable(malformed: Malformed): {
  readonly storages: ReadonlyMap<string, TorchStorage>;
  readonly persistent: (id: PickleValue) => TorchStorage | PickleOpaque;
} {
  const storages = new Map<string, TorchStorage>();
  return {
    storages,
    persistent(id) {
      const storage = parsePersistentId(id, malformed);
      if (storage.kind === "opaque") return storage;
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
function parsePersistentId(id: PickleValue, malformed: Malformed): TorchStorage | PickleOpaque {
  const [tag, type, key, , length, view] = Array.isArray(id) ? id : [];
  // Besides storages PyTorch once kept the classes of pickled modules outside, with their source.
  if (tag !== "storage")
    return { kind: "opaque", name: isKind(type, "opaque") ? type.name : "a persistent id" };
  if (isKind(type, "opaque")) return type;
  const isCount = Number.isSafeInteger(length) && (length as number) >= 0;
  if (!isKind(type, "global") || typeof key !== "string" || !isCount || view) {
    return malformed("its pickle refers to a storage in a way that is not known");
  }
  const dtype = storageTypes.get(type.name);
  if (!dtype) return { kind: "opaque", name: type.name };
  return { kind: "storage", key, dtype, length: length as number };
}
