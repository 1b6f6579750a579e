import { throwIfAborted } from "@sdtt/core";
import { readSourceBytes } from "./source-bytes.ts";
import { findSourceFiles, totalSize } from "./source-files.ts";
import type { SourceFile } from "./source-files.ts";

export interface DocumentsOptions {
  /** Files, folders or patterns; see `findSourceFiles`. */
  readonly sources: string | readonly string[];
  /** The field of JSONL that holds the text. Default `"text"`. */
  readonly field?: string | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** A line of JSON that holds a longer document is refused; JavaScript's strings end at 2^29 characters. */
const maxDocumentBytes = 2 ** 28;

/**
 * The documents of text and JSONL files, one in memory at a time.
 *
 * @throws SdttError `not-found`, `usage`, `io`; `format` with file and line for what is no document; `aborted`.
 */
export async function* readDocuments({
  sources,
  field = "text",
  signal,
}: DocumentsOptions): AsyncGenerator<string> {
  yield* documentsOf(await findSourceFiles(sources), { field, signal });
}

/** Told how many bytes of all files, as they lie on the disk, have been read so far. */
export type ReadListener = (bytesDone: number, bytesTotal: number) => void;

/** The documents of files, one file after the other. */
export async function* documentsOf(
  files: readonly SourceFile[],
  options: {
    field: string;
    signal?: AbortSignal | undefined;
    onRead?: ReadListener | undefined;
  },
): AsyncGenerator<string> {
  const { field, signal, onRead } = options;
  const total = totalSize(files);
  let before = 0;
  for (const { path, size, format, isPacked } of files) {
    const start = before;
    const bytes = readSourceBytes(path, { isPacked, onRead: (read) => onRead?.(start + read, total) });
    for await (const document of format.read({ path, bytes, field, maxDocumentBytes })) {
      throwIfAborted(signal);
      yield document;
    }
    before += size;
  }
}
