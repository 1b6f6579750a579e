import * as fc from "fast-check";
import { expect, test } from "vitest";
import { mergeByHeap, mergeByScan } from "./merge-symbols.ts";
import { createMergeTable } from "./merge-table.ts";

const id = fc.nat(11);
const merges = fc.array(fc.tuple(id, id, id), { maxLength: 40 });
const symbols = fc.array(id, { maxLength: 200 });

test("scan and heap merge as a slow twin does, whatever the merges", () => {
  fc.assert(
    fc.property(merges, symbols, (merges, symbols) => {
      const table = createMergeTable(Int32Array.from(merges.flat()));
      const wanted = slowMerge(merges, symbols);
      for (const merge of [mergeByScan, mergeByHeap]) {
        const given = Int32Array.from(symbols);
        expect([...given.subarray(0, merge(given, table))]).toEqual(wanted);
      }
    }),
    { seed: 1, numRuns: 500 },
  );
});

/** Looks for each merge in turn from the first on, and begins again after each one made. */
function slowMerge(merges: readonly [number, number, number][], symbols: readonly number[]): number[] {
  // Of equal pairs the last counts.
  const distinct = merges.filter(
    ([left, right], rank) => !merges.some(([l, r], later) => later > rank && l === left && r === right),
  );
  const out = [...symbols];
  for (;;) {
    const found = distinct
      .map(([left, right, merged]) => ({
        merged,
        at: out.findIndex((s, i) => s === left && out[i + 1] === right),
      }))
      .find(({ at }) => at >= 0);
    if (found === undefined) return out;
    out.splice(found.at, 2, found.merged);
  }
}
