import * as fc from "fast-check";
import { expect, test } from "vitest";
import { createJoiningPacker } from "./join-documents.ts";
import type { PackingOptions } from "./packer.ts";

const end = 99;

function pack(documents: readonly number[][], options: PackingOptions): number[][] {
  const packer = createJoiningPacker(options);
  const ids = documents.flatMap((document) => [...packer.push(Int32Array.from(document))]);
  return rowsOf(ids, options.length);
}

function rowsOf(ids: readonly number[], width: number): number[][] {
  return Array.from({ length: Math.floor(ids.length / width) }, (_, i) =>
    ids.slice(i * width, (i + 1) * width),
  );
}

/** The definition, all at once. */
function slowTwin(
  documents: readonly number[][],
  { length, boundaryId, documentsPerGroup = 1000 }: PackingOptions,
): number[][] {
  const groups = Array.from({ length: Math.ceil(documents.length / documentsPerGroup) }, (_, group) =>
    documents.slice(group * documentsPerGroup, (group + 1) * documentsPerGroup),
  );
  return groups.flatMap((group) => {
    const sequence = group.flatMap((document) => [...document, boundaryId]);
    return rowsOf(sequence, length - 2).map((part) => [boundaryId, ...part, boundaryId]);
  });
}

test("documents are joined by boundaries, cut, and put between boundaries", () => {
  const documents = [[1, 2], [3, 4, 5, 6, 7], [], [8]];
  expect(pack(documents, { length: 5, boundaryId: end })).toEqual([
    [end, 1, 2, end, end],
    [end, 3, 4, 5, end],
    [end, 6, 7, end, end],
    [end, end, 8, end, end],
  ]);
});

test("what is left of a group is dropped, and the next group starts again", () => {
  const documents = [[1], [2, 3], [4], [5], [6, 7]];
  expect(pack(documents, { length: 6, boundaryId: end, documentsPerGroup: 2 })).toEqual([
    [end, 1, end, 2, 3, end],
    [end, 4, end, 5, end, end],
  ]);
});

test("a group has a thousand documents unless told otherwise", () => {
  const documents = Array.from({ length: 1001 }, () => [7]);
  // 2000 tokens of the first group fill 666 blocks of 3 and leave 2; the last document alone fills none.
  expect(pack(documents, { length: 5, boundaryId: end }).length).toBe(666);
});

test("any documents are packed as the definition says", () => {
  const documents = fc.array(fc.array(fc.nat(50), { maxLength: 12 }), { maxLength: 20 });
  const options = fc.record({
    length: fc.integer({ min: 3, max: 9 }),
    documentsPerGroup: fc.integer({ min: 1, max: 6 }),
  });
  fc.assert(
    fc.property(documents, options, (documents, options) => {
      const packing = { ...options, boundaryId: end };
      expect(pack(documents, packing)).toEqual(slowTwin(documents, packing));
    }),
  );
});

test("what was packed is counted; if it fills no block, the error says what it would take", () => {
  const packer = createJoiningPacker({ length: 5, boundaryId: end });
  packer.push(Int32Array.of(1));
  expect(() => packer.finish()).toThrow(
    "The data has 2 tokens in 1 document; a block of length 5 needs 3 from one group of 1000 documents: use more text or a smaller length.",
  );
  packer.push(Int32Array.of(2, 3, 4));
  expect(packer.finish()).toEqual({ blockCount: 2, tokenCount: 6 });
});

test("a length without room for a token is refused", () => {
  for (const length of [2, 3.5, Number.NaN, 2 ** 40]) {
    expect(() => createJoiningPacker({ length, boundaryId: end })).toThrow(/from 3 to 1048576; got/);
  }
});
