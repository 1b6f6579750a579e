import { torchGlobals } from "./globals.ts";
import type { Malformed } from "./malformed.ts";
import { unpickle } from "./pickle/unpickle.ts";
import type { PickleValue } from "./pickle/value.ts";
import { plainValues } from "./plain-values.ts";
import { createStorageTable } from "./storage.ts";
import type { TorchStorage } from "./tensor.ts";

/** The object of a pickle that torch.save wrote, and the storages that its tensors view, by key. */
export function unpickleTorch(
  bytes: Uint8Array,
  malformed: Malformed,
): { root: PickleValue; storages: ReadonlyMap<string, TorchStorage> } {
  const { storages, persistent } = createStorageTable(malformed);
  const value = unpickle(bytes, { globals: torchGlobals, persistent }, malformed);
  return { root: plainValues(value, malformed), storages };
}
