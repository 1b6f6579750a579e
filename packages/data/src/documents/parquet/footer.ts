import type { FileHandle } from "node:fs/promises";
import { isSdttError, SdttError } from "@sdtt/core";
import { parquetMetadata, parquetSchema } from "hyparquet";
import type { RowGroup, SchemaTree } from "hyparquet";
import { fileError, reasonOf } from "../../file-error.ts";
import { readRange } from "./read-range.ts";

/** What a file says of itself at its end. */
export interface ParquetFooter {
  /** The root of the columns. */
  readonly schema: SchemaTree;
  readonly rowGroups: readonly RowGroup[];
  readonly rowCount: number;
}

/** The length of the metadata and the magic number, at the end of a file. */
const tailLength = 8;

/** A file of a million row groups and a hundred columns has less. */
const longestMetadata = 2 ** 28;

/**
 * Reads where the columns and the row groups of a file lie.
 *
 * @throws SdttError `format` if it is no Parquet file, or one that was cut off or damaged.
 */
export async function readFooter(file: FileHandle, path: string): Promise<ParquetFooter> {
  const { size } = await file.stat();
  const tail = size < tailLength + 4 ? undefined : await readRange(file, size - tailLength, tailLength);
  const magic = tail && Buffer.from(tail).toString("latin1", 4);
  if (magic === "PARE") {
    throw new SdttError("format", `${path} is encrypted; such Parquet files cannot be read.`);
  }
  if (!tail || magic !== "PAR1") {
    throw new SdttError(
      "format",
      `${path} does not end as a Parquet file does. It may be truncated: fetch it again.`,
    );
  }
  const length = new DataView(tail.buffer).getUint32(0, true) + tailLength;
  try {
    if (length > Math.min(size, longestMetadata)) {
      throw new Error(`it would take ${length} bytes of the file's ${size}`);
    }
    return parseFooter(await readRange(file, size - length, length));
  } catch (cause) {
    if (isSdttError(fileError(path, "read", cause))) throw fileError(path, "read", cause);
    throw new SdttError(
      "format",
      `The footer of ${path} cannot be decoded: ${reasonOf(cause)}. The file is damaged: fetch it again.`,
      { cause },
    );
  }
}

function parseFooter(bytes: Uint8Array): ParquetFooter {
  const metadata = parquetMetadata(bytes, { geoparquet: false });
  const rowCount = Number(metadata.num_rows);
  const sum = metadata.row_groups.reduce((rows, group) => rows + Number(group.num_rows), 0);
  if (
    !Number.isSafeInteger(rowCount) ||
    rowCount !== sum ||
    metadata.row_groups.some((group) => group.num_rows < 0n)
  ) {
    throw new Error(`it states ${rowCount} rows, and row groups of ${sum}`);
  }
  if (metadata.schema.some(({ name }) => typeof name !== "string")) throw new Error("a column has no name");
  return { schema: parquetSchema(metadata), rowGroups: metadata.row_groups, rowCount };
}
