import { quoted } from "@sdtt/checkpoint";
import type { RandomAccessFile } from "@sdtt/checkpoint";
import type { Malformed } from "../malformed.ts";
import { localHeaderLength, parseZipEntry } from "./zip-entry.ts";
import type { ZipEntry } from "./zip-entry.ts";

/** An entry and where the next one, or the directory, begins. */
export interface PlacedZipEntry {
  readonly entry: ZipEntry;
  readonly limit: number;
}

/** Where the central directory lies, and how many entries it has. */
interface DirectoryPlace {
  readonly offset: number;
  readonly byteLength: number;
  readonly entryCount: number;
}

/** Bounds of our own: the checkpoint of the large model with optimizer state has some 1300 entries of 70 bytes. */
const [mostEntries, longestDirectory] = [65_536, 8 * 2 ** 20];

const [endLength, locatorLength, end64Length] = [22, 20, 56];
const signature = { end: 0x06054b50, end64: 0x06064b50, locator: 0x07064b50 };

/**
 * Reads the central directory of a zip or zip64 archive of stored entries without a comment, which is what torch.save
 * writes. Entries may neither share a name nor overlap. Local headers are not looked at.
 */
export async function readZipDirectory(
  file: RandomAccessFile,
  malformed: Malformed,
): Promise<ReadonlyMap<string, PlacedZipEntry>> {
  const place = await findDirectory(file, malformed);
  const directory = await file.read(place.offset, place.byteLength);
  const entries: ZipEntry[] = [];
  for (let at = 0; at < directory.length;) {
    const { entry, end } = parseZipEntry(directory.subarray(at), malformed);
    entries.push(entry);
    at += end;
  }
  if (entries.length !== place.entryCount) {
    malformed(`its zip directory has ${entries.length} entries where it promises ${place.entryCount}`);
  }
  return placeEntries(entries, place.offset, malformed);
}

/** By name, each ending before the next begins, as far as the directory tells. */
function placeEntries(
  entries: ZipEntry[],
  directoryOffset: number,
  malformed: Malformed,
): ReadonlyMap<string, PlacedZipEntry> {
  entries.sort((a, b) => a.headerOffset - b.headerOffset);
  const placed = new Map<string, PlacedZipEntry>();
  entries.forEach((entry, i) => {
    const limit = entries[i + 1]?.headerOffset ?? directoryOffset;
    if (placed.has(entry.name)) malformed(`it has two entries ${quoted(entry.name)}`);
    if (entry.headerOffset + localHeaderLength + entry.nameLength + entry.byteLength > limit) {
      malformed(`its entry ${quoted(entry.name)} overlaps what follows it`);
    }
    placed.set(entry.name, { entry, limit });
  });
  return placed;
}

/** The end record points at the directory. A zip64 archive has a wider one, and a pointer to that, right before. */
async function findDirectory(file: RandomAccessFile, malformed: Malformed): Promise<DirectoryPlace> {
  const tailLength = Math.min(file.size, end64Length + locatorLength + endLength);
  const tailStart = file.size - tailLength;
  const tail = new DataView((await file.read(tailStart, tailLength)).buffer);
  const uint64 = (at: number): number => Number(tail.getBigUint64(at, true));

  const end = tailLength - endLength;
  if (end < 0 || tail.getUint32(end, true) !== signature.end || tail.getUint16(end + 20, true) !== 0) {
    return malformed("it does not end in a zip directory; it may be truncated: fetch it again");
  }
  const isZip64 =
    end === end64Length + locatorLength && tail.getUint32(end64Length, true) === signature.locator;
  if (isZip64 && (tail.getUint32(0, true) !== signature.end64 || uint64(end64Length + 8) !== tailStart)) {
    malformed("its zip64 end record is not where it is said to be");
  }
  const place: DirectoryPlace = isZip64
    ? { entryCount: uint64(32), byteLength: uint64(40), offset: uint64(48) }
    : {
        entryCount: tail.getUint16(end + 10, true),
        byteLength: tail.getUint32(end + 12, true),
        offset: tail.getUint32(end + 16, true),
      };
  if (place.offset + place.byteLength !== tailStart + (isZip64 ? 0 : end)) {
    malformed("its zip directory is not where it is said to be; it may be truncated: fetch it again");
  }
  if (place.entryCount > mostEntries || place.byteLength > longestDirectory) {
    malformed(`its zip directory of ${place.entryCount} entries and ${place.byteLength} bytes is too large`);
  }
  return place;
}
