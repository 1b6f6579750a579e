import { availableParallelism } from "node:os";
import { join } from "node:path";
import { SdttError } from "@sdtt/core";
import { identify } from "./cache/identify.ts";
import { openCache } from "./cache/open-cache.ts";
import { publishDirectory, removeDirectory } from "./cache/publish-directory.ts";
import { writeCache } from "./cache/write-cache.ts";
import type { DatasetListener, DatasetStage } from "./dataset-event.ts";
import type { Dataset } from "./dataset.ts";
import type { ReadingOptions } from "./documents/read-documents.ts";
import { findSourceFiles, totalSize } from "./documents/source-files.ts";
import { checkLength } from "./packing/packer.ts";
import type { Packing } from "./packing/packer.ts";
import { createLocalEncoder } from "./tokenize/document-encoder.ts";
import { measureTextFit } from "./tokenize/text-fit.ts";
import { threadsWorth } from "./tokenize/thread-count.ts";
import { endOfTextOf, makeTokenizer, readTokenizerRecipe } from "./tokenize/tokenizer-recipe.ts";
import type { TokenizerSource } from "./tokenize/tokenizer-recipe.ts";
import { createWorkerEncoder } from "./tokenize/worker-encoder.ts";

export interface OpenDatasetOptions extends ReadingOptions {
  /** Files of text, JSONL or Parquet, folders of them, or patterns; see the README. */
  readonly sources: string | readonly string[];
  readonly tokenizer: TokenizerSource;
  /** Ids of a block, the end-of-text that begins it included. */
  readonly length: number;
  /** How documents become blocks; `joined`, as the original packs, unless given. */
  readonly packing?: Packing | undefined;
  /** Where tokenized blocks are kept, each set under a name that follows from its content. Made if it is not there. */
  readonly cacheDirectory: string;
  /** Threads that tokenize beside this one; 0 for this one alone. Default: what the size of the sources is worth. */
  readonly threads?: number | undefined;
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: DatasetListener | undefined;
}

/**
 * Documents as blocks of tokens (see `Packing`). They are tokenized once and kept; the
 * next time the same content, tokenizer and length are asked for, by any process, the blocks are only read through and
 * checked. Work that was interrupted leaves nothing that is taken for whole.
 *
 * @throws SdttError `not-found` or `usage` for sources that are none, for a tokenizer without end-of-text, and for less
 * text than one block takes; `format` with file and line for what is no document; `io`; `aborted`.
 */
export async function openDataset(options: OpenDatasetOptions): Promise<Dataset> {
  const { sources, length, cacheDirectory, packing = "joined", signal, onProgress } = options;
  const { field = "text", slice, detokenizer } = options;
  checkLength(length);
  const recipe = await readTokenizerRecipe(options.tokenizer);
  const tokenizer = await makeTokenizer(recipe);
  const boundaryId = endOfTextOf(tokenizer);
  const files = await findSourceFiles(sources);
  const threads = options.threads ?? threadsWorth(totalSize(files), availableParallelism());

  /** Passes on how far a stage is. */
  const meter = (stage: DatasetStage) => (bytesDone: number, bytesTotal: number) =>
    onProgress?.({ kind: "progress", stage, bytesDone, bytesTotal });

  const origin = { files, field, slice, detokenizer, tokenizer: recipe, length, packing };
  const fingerprint = await identify(origin, { onRead: meter("identify"), signal });
  const directory = join(cacheDirectory, fingerprint);
  for (let attempt = 1; ; attempt++) {
    const kept = await openCache(directory, { fingerprint, onRead: meter("verify"), signal });
    if (kept.state === "whole") {
      const { dataset, characterCount: characters } = kept;
      const fit = characters && measureTextFit({ characters, tokens: dataset.tokenCount }, tokenizer);
      if (fit && !fit.suits) onProgress?.({ kind: "unsuited", fit });
      return dataset;
    }
    if (attempt === mostAttempts) {
      throw new SdttError(
        "io",
        `${directory} was written and cannot be read back: try another cache directory.`,
      );
    }
    if (kept.state === "damaged") {
      onProgress?.({ kind: "damaged", reason: kept.reason });
      await removeDirectory(directory);
    }
    await publishDirectory(directory, async (folder) => {
      await using encoder =
        threads > 0 ? createWorkerEncoder(recipe, threads) : createLocalEncoder(tokenizer);
      const { vocabSize } = tokenizer;
      const work = { encoder, vocabSize, boundaryId, onRead: meter("tokenize"), signal };
      await writeCache(folder, origin, work);
    });
  }
}

/** Each of several processes that found the same damage may once remove what another has just written. */
const mostAttempts = 5;
