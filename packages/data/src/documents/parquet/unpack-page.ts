import type { CompressionCodec, PageHeader } from "hyparquet";
import { decompressPage } from "hyparquet/src/datapage.js";
import { decompressors } from "./decompressors.ts";
import type { Scratch } from "./scratch.ts";

/** A page that is not compressed, with a header that says so. */
export interface UnpackedPage {
  readonly header: PageHeader;
  /** Of the scratch: valid until the next page is unpacked. */
  readonly bytes: Uint8Array<ArrayBuffer>;
}

/**
 * Decompresses a page of a column that is not nested, and holds its runs against its number of values: the decoder takes
 * the lengths of runs as they come, and would fill the memory for one that was forged or damaged.
 */
export function unpackPage(
  header: PageHeader,
  packed: Uint8Array,
  codec: CompressionCodec,
  { nullable, scratch }: { nullable: boolean; scratch: Scratch },
): UnpackedPage {
  const page = withoutCompression(header, packed, { codec, scratch });
  checkRuns(page, nullable);
  return page;
}

function withoutCompression(
  header: PageHeader,
  packed: Uint8Array,
  { codec, scratch }: { codec: CompressionCodec; scratch: Scratch },
): UnpackedPage {
  const { uncompressed_page_size: size, data_page_header_v2: second } = header;
  const plain = { ...header, compressed_page_size: size };
  if (!second) {
    const bytes = scratch(size);
    bytes.set(decompressPage(packed, size, codec, decompressors));
    return { header: plain, bytes };
  }
  // The levels stand before the values and are never compressed.
  const levels = second.repetition_levels_byte_length + second.definition_levels_byte_length;
  if (!(levels >= 0 && levels <= Math.min(size, packed.length))) {
    throw new Error(`a page of ${size} bytes states levels of ${levels}`);
  }
  const values = packed.subarray(levels);
  const isPacked = second.is_compressed !== false && size > levels;
  const bytes = scratch(size);
  bytes.set(packed.subarray(0, levels));
  bytes.set(isPacked ? decompressPage(values, size - levels, codec, decompressors) : values, levels);
  return { header: { ...plain, data_page_header_v2: { ...second, is_compressed: false } }, bytes };
}

function checkRuns({ header, bytes }: UnpackedPage, nullable: boolean): void {
  const { data_page_header: first, data_page_header_v2: second } = header;
  const page = first ?? second;
  if (!page) return;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  let values = 0;
  if (second) {
    const { repetition_levels_byte_length: start, definition_levels_byte_length: length } = second;
    values = start + length;
    if (nullable) checkRunLengths(bytes.subarray(start, values), 1, page.num_values);
  } else if (nullable) {
    values = 4 + view.getUint32(0, true);
    checkRunLengths(bytes.subarray(4, values), 1, page.num_values);
  }
  if (page.encoding.endsWith("_DICTIONARY") && values < bytes.length) {
    checkRunLengths(bytes.subarray(values + 1), bytes[values]!, page.num_values);
  }
}

/**
 * Follows runs (Parquet's RLE/bit-packed hybrid) without decoding them. Groups of eight that are packed in bits may go
 * beyond the last value.
 */
function checkRunLengths(bytes: Uint8Array, bitWidth: number, count: number): void {
  let [offset, seen] = [0, 0];
  while (seen < count && offset < bytes.length) {
    let run = 0;
    for (let scale = 1; ; scale *= 128) {
      const byte = bytes[offset++] ?? 0;
      run += (byte & 127) * scale;
      if (byte < 128 || scale > 2 ** 42) break;
    }
    const [isPacked, length] = [run % 2 === 1, Math.floor(run / 2)];
    seen += isPacked ? 8 * length : length;
    offset += isPacked ? length * bitWidth : Math.ceil(bitWidth / 8);
    if (seen >= count + 8) throw new Error(`a page of ${count} values has a run of ${length}`);
  }
}
