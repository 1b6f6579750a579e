import { SdttError } from "@sdtt/core";
import { decodeUtf8 } from "./decode-utf8.ts";
import type { StreamedFormat } from "./document-format.ts";

/** A file of text is one document. */
export const plainText: StreamedFormat = { extensions: [".txt"], access: "stream", read: readPlainText };

async function* readPlainText({
  path,
  bytes,
  maxDocumentBytes,
}: Parameters<StreamedFormat["read"]>[0]): AsyncGenerator<string> {
  const parts: Uint8Array[] = [];
  let size = 0;
  for await (const part of bytes) {
    parts.push(part);
    size += part.length;
    if (size > maxDocumentBytes) {
      throw new SdttError(
        "format",
        `${path} is longer than ${maxDocumentBytes} bytes, too long for one document: split it, or write its documents as lines of JSONL.`,
      );
    }
  }
  yield decodeUtf8(Buffer.concat(parts, size), path);
}
