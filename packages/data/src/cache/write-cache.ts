import { documentsOf } from "../documents/read-documents.ts";
import type { ReadListener } from "../documents/read-documents.ts";
import { assertUnchanged } from "../documents/source-files.ts";
import { createPacker } from "../packing/create-packer.ts";
import type { DocumentEncoder } from "../tokenize/document-encoder.ts";
import { encodeInOrder } from "../tokenize/encode-in-order.ts";
import { writeIndex } from "./cache-index.ts";
import type { BlocksOrigin } from "./identify.ts";
import { shardLayout } from "./shard-layout.ts";
import { createShardWriter } from "./shard-writer.ts";

/**
 * Tokenizes documents, packs them and writes the blocks into an empty folder, the index last.
 *
 * @throws SdttError `usage` if there is not one block; `io` if a source changed since it was found; whatever the sources,
 * the encoder and the disk throw.
 */
export async function writeCache(
  directory: string,
  { files, field, slice, detokenizer, length, packing }: BlocksOrigin,
  options: {
    encoder: DocumentEncoder;
    vocabSize: number;
    /** End-of-text. */
    boundaryId: number;
    onRead?: ReadListener | undefined;
    signal?: AbortSignal | undefined;
  },
): Promise<void> {
  const { encoder, vocabSize, boundaryId, onRead, signal } = options;
  const packer = createPacker({ packing, length, boundaryId });
  const layout = shardLayout({ length, vocabSize });
  await using writer = createShardWriter(directory, layout);
  let characterCount = 0;
  const documents = documentsOf(files, { field, slice, detokenizer, onRead, signal });
  const counted = counting(documents, ({ length: characters }) => (characterCount += characters));
  for await (const ids of encodeInOrder(counted, encoder, signal)) {
    await writer.append(packer.push(ids));
  }
  const summary = { ...packer.finish(), characterCount };
  const shards = await writer.finish();
  await assertUnchanged(files);
  await writeIndex(directory, { ...summary, layout, shards, sources: files.map(({ path }) => path) });
}

async function* counting(
  texts: AsyncIterable<string>,
  count: (text: string) => void,
): AsyncGenerator<string> {
  for await (const text of texts) {
    count(text);
    yield text;
  }
}
