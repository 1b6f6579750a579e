import { quoted } from "@sdtt/checkpoint";
import type { RandomAccessFile } from "@sdtt/checkpoint";
import type { Malformed } from "../malformed.ts";
import type { ByteRange } from "./layout.ts";

/** One file of a zip archive, as the central directory tells it. */
export interface ZipEntry {
  readonly name: string;
  /** Bytes of the name. */
  readonly nameLength: number;
  readonly byteLength: number;
  /** Where its local header begins. */
  readonly headerOffset: number;
}

export const localHeaderLength = 30;
const centralLength = 46;
const signature = { local: 0x04034b50, central: 0x02014b50 };

/** General purpose bits 0, 6 and 13. */
const encryptionFlags = 0x2041;
const stored = 0;

/** In place of a number that stands in the zip64 extra field. */
const wide = 0xffff_ffff;
const zip64Tag = 1;

const utf8 = new TextDecoder("utf-8", { fatal: true });

/** Reads the entry that a run of central directory begins with, and tells where the next one begins. */
export function parseZipEntry(bytes: Uint8Array, malformed: Malformed): { entry: ZipEntry; end: number } {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const cut = (): never => malformed("its zip directory is not made of entries");
  if (bytes.length < centralLength || view.getUint32(0, true) !== signature.central) return cut();
  const [nameLength, extraLength, commentLength] = [28, 30, 32].map((at) => view.getUint16(at, true)) as [
    number,
    number,
    number,
  ];
  const extraStart = centralLength + nameLength;
  const end = extraStart + extraLength + commentLength;
  if (end > bytes.length) return cut();
  const name = decodeName(bytes.subarray(centralLength, extraStart), malformed);
  if (view.getUint16(8, true) & encryptionFlags) malformed(`its entry ${quoted(name)} is encrypted`);
  if (view.getUint16(10, true) !== stored) {
    malformed(`its entry ${quoted(name)} is compressed, which torch.save never does`);
  }
  const extra = new DataView(bytes.buffer, bytes.byteOffset + extraStart, extraLength);
  const widened =
    widen(
      [24, 20, 42].map((at) => view.getUint32(at, true)),
      extra,
    ) ?? cut();
  const [byteLength, storedLength, headerOffset] = widened as [number, number, number];
  if (storedLength !== byteLength) malformed(`its stored entry ${quoted(name)} has two sizes`);
  return { entry: { name, nameLength, byteLength, headerOffset }, end };
}

/**
 * Where the bytes of an entry lie. The local header's own name and padding precede them; its sizes may be zero, so they
 * are not looked at.
 *
 * @param limit where the next entry or the directory begins.
 */
export async function locateZipEntry(
  file: RandomAccessFile,
  { entry, limit }: { entry: ZipEntry; limit: number },
  malformed: Malformed,
): Promise<ByteRange> {
  const header = await file.read(entry.headerOffset, localHeaderLength + entry.nameLength);
  const view = new DataView(header.buffer);
  const isItsHeader =
    view.getUint32(0, true) === signature.local &&
    view.getUint16(8, true) === stored &&
    view.getUint16(26, true) === entry.nameLength &&
    decodeName(header.subarray(localHeaderLength), malformed) === entry.name;
  if (!isItsHeader) malformed(`the header of its entry ${quoted(entry.name)} is not what the directory says`);
  const offset = entry.headerOffset + header.length + view.getUint16(28, true);
  if (offset + entry.byteLength > limit)
    malformed(`its entry ${quoted(entry.name)} overlaps what follows it`);
  return { offset, byteLength: entry.byteLength };
}

/** Replaces each number that says so by the next one of the zip64 extra field. Undefined if one is missing there. */
function widen(numbers: readonly number[], extra: DataView): number[] | undefined {
  let at = 0;
  let end = 0;
  for (let field = 0; field + 4 <= extra.byteLength && end === 0;) {
    const next = field + 4 + extra.getUint16(field + 2, true);
    if (next > extra.byteLength) return undefined;
    if (extra.getUint16(field, true) === zip64Tag) [at, end] = [field + 4, next];
    field = next;
  }
  const widened: number[] = [];
  for (const number of numbers) {
    if (number === wide && at + 8 > end) return undefined;
    // Numbers past 2^53 are rounded, but stay far past every file's size, against which all are checked.
    widened.push(number === wide ? Number(extra.getBigUint64(at, true)) : number);
    if (number === wide) at += 8;
  }
  return widened;
}

function decodeName(bytes: Uint8Array, malformed: Malformed): string {
  try {
    return utf8.decode(bytes);
  } catch {
    return malformed("the name of an entry is not UTF-8");
  }
}
