import { createHash } from "node:crypto";
import type { ReadingOptions, ReadListener } from "../documents/read-documents.ts";
import { totalSize } from "../documents/source-files.ts";
import type { SourceFile } from "../documents/source-files.ts";
import { defaultDocumentsPerGroup } from "../packing/join-documents.ts";
import type { Packing } from "../packing/packer.ts";
import type { TokenizerRecipe } from "../tokenize/tokenizer-recipe.ts";
import { digestFile } from "./digest.ts";

/** To be raised when the same sources come to other blocks, or lie otherwise on the disk. */
const cacheVersion = 1;

/** Everything that the blocks follow from. Where the sources lie and what they are called is no part of it. */
export interface BlocksOrigin extends ReadingOptions {
  readonly files: readonly SourceFile[];
  readonly field: string;
  readonly tokenizer: TokenizerRecipe;
  readonly length: number;
  readonly packing: Packing;
}

/**
 * The name of the blocks that come of sources: a digest of their contents and of how they are read, tokenized and packed.
 * Reads all sources.
 */
export async function identify(
  { files, field, slice, detokenizer, tokenizer, length, packing: kind }: BlocksOrigin,
  options: {
    onRead?: ReadListener | undefined;
    signal?: AbortSignal | undefined;
  } = {},
): Promise<string> {
  const { onRead, signal } = options;
  const total = totalSize(files);
  let done = 0;
  const sources: object[] = [];
  for (const { path, format, compression } of files) {
    const count = (bytes: number): void => onRead?.((done += bytes), total);
    const sha256 = await digestFile(path, { onRead: count, signal });
    sources.push({ sha256, format: format.extensions[0], isPacked: compression !== undefined });
  }
  const packing =
    kind === "joined" ? { length, documentsPerGroup: defaultDocumentsPerGroup } : { length, kind };
  // What is not given leaves no key, so that caches from before there was a choice are found.
  const origin = { cacheVersion, sources, field, slice, detokenizer, tokenizer, packing };
  return createHash("sha256").update(JSON.stringify(origin)).digest("hex");
}
