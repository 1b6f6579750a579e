import { quoted } from "@sdtt/checkpoint";
import type { RandomAccessFile } from "@sdtt/checkpoint";
import { elementSize } from "@sdtt/core";
import type { Malformed } from "../malformed.ts";
import { pickleLength } from "../pickle/length.ts";
import { pickleLimits } from "../pickle/limits.ts";
import type { ObjectRules } from "../pickle/object-steps.ts";
import { unpickle } from "../pickle/unpickle.ts";
import type { PickleValue } from "../pickle/value.ts";
import type { TorchStorage } from "../tensor.ts";
import { unpickleTorch } from "../unpickle-torch.ts";
import type { ByteRange, TorchLayout } from "./layout.ts";

const magicNumber = 0x1950a86a20f9469cfc6cn;
const protocolVersion = 1001;
const pickleCount = 5;

/** The pickles that matter, and where the storages begin. */
interface LegacyPickles {
  readonly magic: Uint8Array;
  readonly version: Uint8Array;
  readonly object: Uint8Array;
  readonly keys: Uint8Array;
  readonly end: number;
}

/** Bytes before a storage's elements: their number, as int64. */
const storageHeaderLength = 8;

/**
 * Reads a file of torch.save before PyTorch 1.6: five pickles (magic number, version, facts about the machine, the
 * object, the storages' keys), then the storages in the order of the keys. PyTorch writes them little-endian on every
 * machine, so what the third pickle says of the byte order does not matter.
 */
export async function readLegacyLayout(file: RandomAccessFile, malformed: Malformed): Promise<TorchLayout> {
  const { magic, version, object, keys, end } = await readPickles(file, malformed);
  const plainRules: ObjectRules = {
    globals: new Map(),
    persistent: () => malformed("a pickle beside that of its object refers to a storage"),
  };
  const parse = (bytes: Uint8Array): PickleValue => unpickle(bytes, plainRules, malformed);
  if (parse(magic) !== magicNumber || parse(version) !== protocolVersion) {
    malformed("it is a pickle, but not one that torch.save wrote");
  }
  const { root, storages } = unpickleTorch(object, malformed);
  const ranges = planStorages(parse(keys), storages, { start: end, fileSize: file.size }, malformed);
  await Promise.all(
    Array.from(ranges, async ([key, { offset }]) => {
      const header = await file.read(offset - storageHeaderLength, storageHeaderLength);
      const length = new DataView(header.buffer).getBigInt64(0, true);
      const expected = storages.get(key)!.length;
      if (length !== BigInt(expected)) {
        malformed(`storage ${quoted(key)} has ${length} elements where its pickle says ${expected}`);
      }
    }),
  );
  return { root, storages: ranges, byteOrder: "little" };
}

/** The bytes of the pickles that the file begins with, found without reading much more of it than them. */
async function readPickles(file: RandomAccessFile, malformed: Malformed): Promise<LegacyPickles> {
  const most = Math.min(file.size, pickleLimits.bytes);
  for (let length = Math.min(most, 2 ** 20); ; length = Math.min(most, 4 * length)) {
    const bytes = await file.read(0, length);
    const pickles: Uint8Array[] = [];
    let end = 0;
    while (pickles.length < pickleCount) {
      const pickle = pickleLength(bytes.subarray(end), malformed);
      if (pickle === undefined) break;
      pickles.push(bytes.subarray(end, end + pickle));
      end += pickle;
    }
    const [magic, version, system, object, keys] = pickles;
    if (magic && version && system && object && keys) return { magic, version, object, keys, end };
    if (length === most) {
      malformed(
        `only ${pickles.length} of its ${pickleCount} pickles end within ${most} bytes; it may be truncated`,
      );
    }
  }
}

/** Where each storage's elements lie: one after the other, each after its header, up to the end of the file. */
function planStorages(
  keys: PickleValue,
  storages: ReadonlyMap<string, TorchStorage>,
  { start, fileSize }: { start: number; fileSize: number },
  malformed: Malformed,
): Map<string, ByteRange> {
  const ranges = new Map<string, ByteRange>();
  let end = start;
  for (const key of Array.isArray(keys) ? keys : []) {
    const storage = typeof key === "string" ? storages.get(key) : undefined;
    if (!storage || ranges.has(storage.key)) {
      return malformed("its list of storages names one twice, or one that no tensor of a known type views");
    }
    const byteLength = storage.length * elementSize(storage.dtype);
    ranges.set(storage.key, { offset: end + storageHeaderLength, byteLength });
    end += storageHeaderLength + byteLength;
  }
  if (ranges.size !== storages.size) {
    malformed(`it lists ${ranges.size} storages but its tensors view ${storages.size}`);
  }
  if (end !== fileSize) {
    malformed(
      `its storages end at byte ${end} but the file at ${fileSize}; it may be truncated: fetch it again`,
    );
  }
  return ranges;
}
