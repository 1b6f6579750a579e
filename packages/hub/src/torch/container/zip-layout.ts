import { quoted } from "@sdtt/checkpoint";
import type { RandomAccessFile } from "@sdtt/checkpoint";
import { elementSize } from "@sdtt/core";
import type { Malformed } from "../malformed.ts";
import { pickleLimits } from "../pickle/limits.ts";
import type { TorchStorage } from "../tensor.ts";
import { unpickleTorch } from "../unpickle-torch.ts";
import type { ByteRange, TorchLayout } from "./layout.ts";
import { readZipDirectory } from "./zip-directory.ts";
import type { PlacedZipEntry } from "./zip-directory.ts";
import { locateZipEntry } from "./zip-entry.ts";

const pickleName = "data.pkl";

/**
 * Reads a file of torch.save since PyTorch 1.6: a zip archive of one folder, in it `data.pkl`, `data/KEY` for each
 * storage and, since 2.1, `byteorder`. Without that the elements are little-endian.
 */
export async function readZipLayout(file: RandomAccessFile, malformed: Malformed): Promise<TorchLayout> {
  const entries = await readZipDirectory(file, malformed);
  const folder = findFolder([...entries.keys()], malformed);
  const read = async (placed: PlacedZipEntry, most: number): Promise<Uint8Array> => {
    const { name, byteLength } = placed.entry;
    if (byteLength > most) {
      malformed(`its entry ${quoted(name)} has ${byteLength} bytes; at most ${most} are allowed`);
    }
    const { offset } = await locateZipEntry(file, placed, malformed);
    return file.read(offset, byteLength);
  };
  const locate = async (storage: TorchStorage): Promise<[key: string, range: ByteRange]> => {
    const placed =
      entries.get(`${folder}data/${storage.key}`) ??
      malformed(`it has no entry for storage ${quoted(storage.key)}`);
    const expected = storage.length * elementSize(storage.dtype);
    if (placed.entry.byteLength !== expected) {
      malformed(
        `storage ${quoted(storage.key)} of ${storage.length} ${storage.dtype} elements has ${placed.entry.byteLength} bytes where ${expected} are needed`,
      );
    }
    return [storage.key, await locateZipEntry(file, placed, malformed)];
  };

  const byteOrder = entries.get(`${folder}byteorder`);
  const pickle = await read(entries.get(folder + pickleName)!, pickleLimits.bytes);
  const { root, storages } = unpickleTorch(pickle, malformed);
  return {
    root,
    storages: new Map(await Promise.all(Array.from(storages.values(), locate))),
    byteOrder: byteOrder ? parseByteOrder(await read(byteOrder, 16), malformed) : "little",
  };
}

/** The folder of the one pickle, which has to be the folder of everything. */
function findFolder(names: readonly string[], malformed: Malformed): string {
  const pickles = names.filter((name) => /^[^/]+\/data\.pkl$/.test(name));
  if (pickles.length !== 1) {
    return malformed(
      `it is a zip archive with ${pickles.length} pickles FOLDER/${pickleName}; torch.save writes one`,
    );
  }
  const folder = pickles[0]!.slice(0, -pickleName.length);
  const stranger = names.find((name) => !name.startsWith(folder));
  if (stranger !== undefined)
    malformed(`its entry ${quoted(stranger)} lies outside the folder ${quoted(folder)}`);
  return folder;
}

function parseByteOrder(bytes: Uint8Array, malformed: Malformed): "little" | "big" {
  const text = Buffer.from(bytes).toString("latin1");
  return text === "little" || text === "big"
    ? text
    : malformed(`it has the unknown byte order ${quoted(text)}`);
}
