import type { PickleValue } from "../pickle/value.ts";
import type { ByteRange } from "../byte-range.ts";

/** What a torch file holds and where: the object that was saved, and the bytes of each storage by its key. */
export interface TorchLayout {
  readonly root: PickleValue;
  readonly storages: ReadonlyMap<string, ByteRange>;
  /** How the storages' elements are written. */
  readonly byteOrder: "little" | "big";
}
