import type { FileHandle } from "node:fs/promises";
import type { ColumnMetaData, DecodedArray, PageHeader } from "hyparquet";
import { parquetHeader, readPage } from "hyparquet/src/column.js";
import { convert, DEFAULT_PARSERS } from "hyparquet/src/convert.js";
import { readRange } from "./read-range.ts";
import type { Scratch } from "./scratch.ts";
import type { TextColumn } from "./text-column.ts";
import { unpackPage } from "./unpack-page.ts";

/** The part of a column that lies in one row group. */
export interface ColumnChunk {
  readonly file: FileHandle;
  readonly column: TextColumn;
  readonly metadata: ColumnMetaData;
  /** Of the row group. */
  readonly rowCount: number;
  readonly maxPageBytes: number;
  /** For a page as it lies in the file, and for the same page decompressed. */
  readonly scratch: { readonly packed: Scratch; readonly unpacked: Scratch };
}

export interface TextPage {
  /** A text for each row; null or undefined where there is none. */
  readonly values: ArrayLike<unknown>;
  /** The byte of the file after the page. */
  readonly end: number;
}

/** Page headers are short, unless they quote the least and the greatest text. */
const headerLength = 2 ** 13;

const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
const parsers = { ...DEFAULT_PARSERS, stringFromBytes: (bytes: Uint8Array) => decoder.decode(bytes) };

/**
 * The pages of a column chunk, one in memory at a time, and the dictionary.
 *
 * Whatever the pages state is held against the chunk and the row group before anything is allocated for it. Throws whatever
 * the decoder does for bytes that are not as they must be.
 */
export async function* readColumnChunk(chunk: ColumnChunk): AsyncGenerator<TextPage> {
  const { file, column, metadata, rowCount, scratch } = chunk;
  const { start, end } = await extentOf(chunk);
  const { element } = column.schemaPath[1]!;
  const nullable = element.repetition_type !== "REQUIRED";
  const columnDecoder = {
    pathInSchema: [column.name],
    element,
    schemaPath: column.schemaPath,
    type: metadata.type,
    codec: "UNCOMPRESSED" as const,
    parsers,
  };
  let dictionary: DecodedArray | undefined;
  let row = 0;
  for (let offset = start; row < rowCount;) {
    const { header, length } = await readHeader(file, offset, end);
    checkHeader(header, { bytesLeft: end - offset - length, rowsLeft: rowCount - row, ...chunk });
    const size = header.compressed_page_size;
    const packed = await readRange(file, offset + length, size, scratch.packed(size));
    offset += length + packed.length;
    const page = unpackPage(header, packed, metadata.codec, { nullable, scratch: scratch.unpacked });
    const { buffer, byteOffset, byteLength } = page.bytes;
    const reader = { view: new DataView(buffer, byteOffset, byteLength), offset: 0 };
    const { data = [] } = readPage(reader, page.header, columnDecoder, dictionary, undefined, 0);
    if (header.type === "DICTIONARY_PAGE") dictionary = convert(data, columnDecoder);
    else {
      row += data.length;
      yield { values: data, end: offset };
    }
  }
}

async function extentOf({ file, metadata }: ColumnChunk): Promise<{ start: number; end: number }> {
  const { size } = await file.stat();
  const [data, dictionary] = [
    Number(metadata.data_page_offset),
    Number(metadata.dictionary_page_offset ?? 0),
  ];
  // Some writers leave a zero where there is no dictionary.
  const start = dictionary > 0 ? Math.min(dictionary, data) : data;
  const end = start + Number(metadata.total_compressed_size);
  if (start >= 4 && start < end && end <= size) return { start, end };
  throw new Error(`its column lies at bytes ${start} to ${end} of a file of ${size}`);
}

/** Reads as much as the header turns out to take. */
async function readHeader(
  file: FileHandle,
  offset: number,
  end: number,
): Promise<{ header: PageHeader; length: number }> {
  for (let length = headerLength; ; length *= 8) {
    const bytes = await readRange(file, offset, Math.min(length, end - offset));
    const reader = { view: new DataView(bytes.buffer, 0, bytes.length), offset: 0 };
    try {
      return { header: parquetHeader(reader), length: reader.offset };
    } catch (cause) {
      if (offset + length >= end) throw cause;
    }
  }
}

function checkHeader(
  header: PageHeader,
  limits: { bytesLeft: number; rowsLeft: number; rowCount: number; maxPageBytes: number },
): void {
  const { compressed_page_size: packed, uncompressed_page_size: unpacked } = header;
  if (!(packed >= 0 && packed <= limits.bytesLeft)) {
    throw new Error(`a page of ${packed} bytes does not fit the ${limits.bytesLeft} that are left`);
  }
  if (!(unpacked >= 0 && unpacked <= limits.maxPageBytes)) {
    throw new Error(`a page would unpack to ${unpacked} bytes, more than ${limits.maxPageBytes}`);
  }
  const values =
    header.data_page_header?.num_values ??
    header.data_page_header_v2?.num_values ??
    header.dictionary_page_header?.num_values;
  const most = header.type === "DICTIONARY_PAGE" ? limits.rowCount : limits.rowsLeft;
  if (values === undefined || !(values >= 0 && values <= most)) {
    throw new Error(`a page states ${values} values where at most ${most} are left`);
  }
}
