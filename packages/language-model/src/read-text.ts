import type { Tokenizer } from "@sdtt/tokenizer";

/**
 * Where a text ends: at the first end-of-text token from a position on; at its last id if there is none, or if it has no
 * such position.
 */
export function findEnd(
  ids: Int32Array,
  { endOfTextId }: Pick<Tokenizer, "endOfTextId">,
  endsFrom: number | undefined,
): number {
  if (endsFrom === undefined || endOfTextId === undefined) return ids.length;
  const end = ids.indexOf(endOfTextId, endsFrom);
  return end < 0 ? ids.length : end;
}

/**
 * Ids as people read them: end-of-text tokens are not written out, and the documents that they part have an empty line
 * between them. `tokenizer.decode` writes out what is there.
 */
export function readText(ids: Int32Array, tokenizer: Tokenizer): string {
  const documents: string[] = [];
  let begin = 0;
  while (begin < ids.length) {
    const end = findEnd(ids, tokenizer, begin);
    if (end > begin) documents.push(tokenizer.decode(ids.subarray(begin, end)));
    begin = end + 1;
  }
  return documents.join("\n\n");
}
