import { throwIfAborted } from "@sdtt/core";
import { detokenizers } from "../detokenize/detokenizers.ts";
import type { DetokenizerName } from "../detokenize/detokenizers.ts";
import { resolveSlice } from "./document-slice.ts";
import type { DocumentSlice } from "./document-slice.ts";
import { readSourceBytes } from "./source-bytes.ts";
import { findSourceFiles, totalSize } from "./source-files.ts";
import type { SourceFile } from "./source-files.ts";

/** How documents are taken out of their files. */
export interface ReadingOptions {
  /** The field of JSONL, or the column of Parquet, that holds the text. Default `"text"`. */
  readonly field?: string | undefined;
  /** Which documents, of all files together; all unless given. */
  readonly slice?: DocumentSlice | undefined;
  /** Undoes the tokenization of a published corpus; see `detokenizers`. */
  readonly detokenizer?: DetokenizerName | undefined;
}

export interface DocumentsOptions extends ReadingOptions {
  /** Files, folders or patterns; see `findSourceFiles`. */
  readonly sources: string | readonly string[];
  readonly signal?: AbortSignal | undefined;
}

/** A document that takes more bytes is refused; JavaScript's strings end at 2^29 characters. */
const maxDocumentBytes = 2 ** 28;

/**
 * The documents of text, JSONL and Parquet files, one in memory at a time; of Parquet those of a page.
 *
 * @throws SdttError `not-found`, `usage`, `io`; `format` with the place for what is no document; `aborted`.
 */
export async function* readDocuments({ sources, ...options }: DocumentsOptions): AsyncGenerator<string> {
  yield* documentsOf(await findSourceFiles(sources), options);
}

/** Told how many bytes of all files, as they lie on the disk, have been read so far. */
export type ReadListener = (bytesDone: number, bytesTotal: number) => void;

interface WorkOptions extends ReadingOptions {
  readonly signal?: AbortSignal | undefined;
  readonly onRead?: ReadListener | undefined;
}

/** The documents of files, one file after the other. */
export async function* documentsOf(
  files: readonly SourceFile[],
  options: WorkOptions,
): AsyncGenerator<string> {
  const { field = "text", slice = {}, detokenizer, signal, onRead } = options;
  const { from, to } = await resolveSlice(slice, () => countDocuments(files, { field, signal }));
  const detokenize = detokenizer && detokenizers[detokenizer];
  const total = totalSize(files);
  let [bytesBefore, index] = [0, 0];
  for (const file of files) {
    if (index >= to) return;
    const start = bytesBefore;
    bytesBefore += file.size;
    const count = from > index ? await knownCount(file, field) : undefined;
    if (count !== undefined && index + count <= from) {
      index += count;
      continue;
    }
    const skip = count === undefined ? 0 : from - index;
    index += skip;
    const onFileRead = (bytes: number): void => onRead?.(start + bytes, total);
    for await (const document of readFile(file, { field, skip, onRead: onFileRead })) {
      throwIfAborted(signal);
      index += 1;
      if (index <= from) continue;
      yield detokenize ? detokenize(document) : document;
      if (index >= to) return;
    }
  }
}

/** How many documents there are; reads the files that do not say. */
async function countDocuments(
  files: readonly SourceFile[],
  { field, signal }: { field: string; signal: AbortSignal | undefined },
): Promise<number> {
  let count = 0;
  for (const file of files) {
    const known = await knownCount(file, field);
    if (known !== undefined) {
      count += known;
      continue;
    }
    for await (const _ of readFile(file, { field })) {
      throwIfAborted(signal);
      count += 1;
    }
  }
  return count;
}

/** How many documents a file says it has. */
async function knownCount({ path, format }: SourceFile, field: string): Promise<number | undefined> {
  return format.access === "ranges" ? format.count({ path, field, maxDocumentBytes }) : undefined;
}

function readFile(
  { path, format, compression }: SourceFile,
  options: {
    field: string;
    /** Of a format that is read by ranges. */
    skip?: number;
    onRead?: (bytes: number) => void;
  },
): AsyncIterable<string> {
  const { field, skip, onRead } = options;
  const input = { path, field, maxDocumentBytes };
  return format.access === "ranges"
    ? format.read({ ...input, skip, onRead })
    : format.read({ ...input, bytes: readSourceBytes(path, { compression, onRead }) });
}
