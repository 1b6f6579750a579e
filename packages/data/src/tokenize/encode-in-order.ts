import { untilAborted } from "@sdtt/core";
import type { DocumentEncoder } from "./document-encoder.ts";

/** Characters after which a batch is full: some tens of milliseconds of work, so that handing over costs little. */
const batchCharacters = 2 ** 18;

/**
 * The ids of documents, in their order. As many are read ahead as keep the encoder busy. A signal ends the wait for the
 * encoder, for whom a single document may be minutes of work.
 */
export async function* encodeInOrder(
  documents: AsyncIterable<string>,
  encoder: DocumentEncoder,
  signal?: AbortSignal,
): AsyncGenerator<Int32Array> {
  const inWork: Promise<Int32Array[]>[] = [];
  for await (const batch of batchesOf(documents)) {
    const encoded = encoder.encode(batch);
    // It is awaited in its turn; until then its failure is nobody's.
    encoded.catch(() => {});
    inWork.push(encoded);
    if (inWork.length >= encoder.concurrency) yield* await untilAborted(inWork.shift()!, signal);
  }
  for (const encoded of inWork) yield* await untilAborted(encoded, signal);
}

async function* batchesOf(documents: AsyncIterable<string>): AsyncGenerator<string[]> {
  let batch: string[] = [];
  let characters = 0;
  for await (const document of documents) {
    batch.push(document);
    // A document counts for more than its text, or empty ones would never fill a batch.
    characters += document.length + 64;
    if (characters < batchCharacters) continue;
    yield batch;
    batch = [];
    characters = 0;
  }
  if (batch.length > 0) yield batch;
}
