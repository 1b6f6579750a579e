import * as fc from "fast-check";
import { expect, test } from "vitest";
import { createDocumentPacker } from "./begin-with-documents.ts";
import type { PackingOptions } from "./packer.ts";

const end = 99;

function pack(documents: readonly number[][], options: PackingOptions): number[][] {
  const packer = createDocumentPacker(options);
  const ids = documents.flatMap((document) => [...packer.push(Int32Array.from(document))]);
  const { length } = options;
  return Array.from({ length: ids.length / length }, (_, i) => ids.slice(i * length, (i + 1) * length));
}

/** The definition, all at once: from each document that begins a block, the text that follows it. */
function slowTwin(documents: readonly number[][], { length, boundaryId }: PackingOptions): number[][] {
  const blocks: number[][] = [];
  let first = 0;
  for (;;) {
    const text = [boundaryId, ...documents.slice(first).flatMap((document) => [...document, boundaryId])];
    if (text.length < length) return blocks;
    blocks.push(text.slice(0, length));
    // The first document that is not in the block with the boundary after it, but never the same again.
    const ends = documents
      .slice(first)
      .map((_, i) => documents.slice(first, first + i + 1).flat().length + i + 2);
    const whole = ends.filter((at) => at <= length).length;
    first += Math.max(whole, 1);
  }
}

test("a block begins with a document; one that is cut begins the next block again", () => {
  const documents = [[1, 2], [3, 4, 5], [6], [7, 8]];
  expect(pack(documents, { length: 6, boundaryId: end })).toEqual([
    [end, 1, 2, end, 3, 4],
    [end, 3, 4, 5, end, 6],
    [end, 6, end, 7, 8, end],
  ]);
});

test("what a document has beyond a block is dropped", () => {
  expect(pack([[1, 2, 3, 4, 5, 6, 7], [8], [9, 10]], { length: 5, boundaryId: end })).toEqual([
    [end, 1, 2, 3, 4],
    [end, 8, end, 9, 10],
  ]);
});

test("any documents are packed as the definition says", () => {
  const documents = fc.array(fc.array(fc.nat(50), { maxLength: 12 }), { maxLength: 20 });
  fc.assert(
    fc.property(documents, fc.integer({ min: 3, max: 9 }), (documents, length) => {
      const packing = { length, boundaryId: end };
      expect(pack(documents, packing)).toEqual(slowTwin(documents, packing));
    }),
  );
});

test("what was packed is counted; too little text is refused", () => {
  const packer = createDocumentPacker({ length: 5, boundaryId: end });
  packer.push(Int32Array.of(1));
  expect(() => packer.finish()).toThrow(
    "The data has 2 tokens in 1 document, which do not fill one block of length 5: use more text or a smaller length.",
  );
  packer.push(Int32Array.of(2, 3, 4));
  expect(packer.finish()).toEqual({ blockCount: 2, tokenCount: 6 });
  expect(() => createDocumentPacker({ length: 2, boundaryId: end })).toThrow(/from 3 to 1048576; got/);
});
