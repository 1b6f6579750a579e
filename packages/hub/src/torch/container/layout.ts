import type { PickleValue } from "../pickle/value.ts";

/** A run of bytes of a file. */
export interface ByteRange {
  readonly offset: number;
  readonly byteLength: number;
}

/** What a torch file holds and where: the object that was saved, and the bytes of each storage by its key. */
export interface TorchLayout {
  readonly root: PickleValue;
  readonly storages: ReadonlyMap<string, ByteRange>;
  /** How the storages' elements are written. */
  readonly byteOrder: "little" | "big";
}
