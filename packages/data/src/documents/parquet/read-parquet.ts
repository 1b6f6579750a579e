import { open } from "node:fs/promises";
import type { FileHandle } from "node:fs/promises";
import { isSdttError, SdttError } from "@sdtt/core";
import { fileError, reasonOf } from "../../file-error.ts";
import type { DocumentInput, RangedFormat } from "../document-format.ts";
import { readColumnChunk } from "./column-chunk.ts";
import { readFooter } from "./footer.ts";
import { createScratch } from "./scratch.ts";
import { findTextColumn } from "./text-column.ts";

/** The rows of a file, told by its footer. */
export async function countRows({ path }: DocumentInput): Promise<number> {
  await using file = await openFile(path);
  return (await readFooter(file, path)).rowCount;
}

/**
 * The texts of a column, row group by row group and page by page: in memory are the texts of one page, and the row group's
 * dictionary. Other columns are not read.
 *
 * @throws SdttError `format` for a file that is no Parquet file, has no such column, or has a row group that cannot be
 * decoded, which is named; `io` if the disk fails.
 */
export async function* readParquet(input: Parameters<RangedFormat["read"]>[0]): AsyncGenerator<string> {
  const { path, field: name, maxDocumentBytes, skip = 0, onRead } = input;
  await using file = await openFile(path);
  const { schema, rowGroups } = await readFooter(file, path);
  const column = findTextColumn(schema, { path, name });
  const scratch = { packed: createScratch(), unpacked: createScratch() };
  let row = 0;
  for (const [index, { columns, num_rows: rows }] of rowGroups.entries()) {
    const rowCount = Number(rows);
    const chunk = columns.find(({ meta_data: data }) => data?.path_in_schema.join("\0") === name);
    const where = `${path}: row group ${index + 1} of ${rowGroups.length}`;
    if (!chunk?.meta_data)
      throw new SdttError("format", `${where} has no column "${name}": fetch the file again.`);
    if (row + rowCount <= skip) {
      row += rowCount;
      continue;
    }
    const pages = readColumnChunk({
      file,
      column,
      metadata: chunk.meta_data,
      rowCount,
      maxPageBytes: maxDocumentBytes,
      scratch,
    });
    try {
      for await (const { values, end } of pages) {
        onRead?.(end);
        for (const value of Array.from(values)) {
          row += 1;
          if (row <= skip) continue;
          if (typeof value !== "string") throw noText(path, row, name);
          yield value;
        }
      }
    } catch (cause) {
      throw explain(cause, path, where);
    }
  }
}

async function openFile(path: string): Promise<FileHandle> {
  return open(path).catch((cause: unknown) => {
    throw fileError(path, "opened", cause);
  });
}

function noText(path: string, row: number, name: string): SdttError {
  return new SdttError(
    "format",
    `${path}: row ${row} has no text in the column "${name}". Name another column, or leave such rows out of the file.`,
  );
}

function explain(cause: unknown, path: string, where: string): unknown {
  const error = fileError(path, "read", cause);
  if (isSdttError(error)) return error;
  return new SdttError(
    "format",
    `${where} cannot be decoded: ${reasonOf(cause)}. The file is damaged: fetch it again.`,
    {
      cause,
    },
  );
}
