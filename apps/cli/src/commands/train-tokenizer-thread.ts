import { parentPort, workerData } from "node:worker_threads";
import { isSdttError } from "@sdtt/core";
import type { SdttErrorCode } from "@sdtt/core";
import { readDocuments } from "@sdtt/data";
import type { DocumentSlice } from "@sdtt/data";
import { trainBytePairEncoding } from "@sdtt/tokenizer";

/** What the thread is started with. */
export interface TokenizerTask {
  readonly sources: string | readonly string[];
  readonly slice?: DocumentSlice | undefined;
  readonly field: string;
  readonly vocabSize: number;
}

/** The tokenizer.json, or why there is none: an error loses its class on the way between threads. */
export type TokenizerAnswer =
  | { readonly json: string }
  | { readonly code: SdttErrorCode; readonly message: string };

/** Reads and learns in a thread of its own: a long document is one call, during which no signal would be heard. */
async function answer({ sources, slice, field, vocabSize }: TokenizerTask): Promise<TokenizerAnswer> {
  try {
    const texts = readDocuments({ sources, slice, field });
    return { json: JSON.stringify(await trainBytePairEncoding({ texts, vocabSize })) };
  } catch (error) {
    if (!isSdttError(error)) throw error;
    return { code: error.code, message: error.message };
  }
}

parentPort!.postMessage(await answer(workerData as TokenizerTask), []);
