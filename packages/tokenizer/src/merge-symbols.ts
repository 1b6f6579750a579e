import type { MergeTable } from "./merge-table.ts";
import { createNumberHeap } from "./number-heap.ts";

/** From this many symbols on, a heap finds the next merge; below, looking at all of them is quicker. */
const longPiece = 96;

/**
 * Byte-pair encoding of one piece, in place: merges the neighbours of the lowest rank, the leftmost first, until no
 * neighbours merge.
 *
 * @param symbols - Ids of single bytes, overwritten with the ids of the tokens.
 * @returns How many tokens there are.
 */
export function mergeSymbols(symbols: Int32Array, table: MergeTable): number {
  return symbols.length < longPiece ? mergeByScan(symbols, table) : mergeByHeap(symbols, table);
}

/** O(n^2), and quick for the few symbols of a word. */
export function mergeByScan(symbols: Int32Array, table: MergeTable): number {
  let length = symbols.length;
  const rankAt = (i: number): number => (i + 1 < length ? table.rankOf(symbols[i]!, symbols[i + 1]!) : -1);
  const ranks = new Int32Array(length);
  for (let i = 0; i < length; i++) ranks[i] = rankAt(i);
  for (;;) {
    let best = -1;
    for (let i = 0; i < length; i++) {
      if (ranks[i]! >= 0 && (best < 0 || ranks[i]! < ranks[best]!)) best = i;
    }
    if (best < 0) return length;
    symbols[best] = table.merged[ranks[best]!]!;
    length--;
    for (let i = best + 1; i < length; i++) {
      symbols[i] = symbols[i + 1]!;
      ranks[i] = ranks[i + 1]!;
    }
    ranks[best] = rankAt(best);
    if (best > 0) ranks[best - 1] = rankAt(best - 1);
  }
}

/** O(n log n): a heap of merges over a linked list of symbols. */
export function mergeByHeap(symbols: Int32Array, table: MergeTable): number {
  const count = symbols.length;
  const next = new Int32Array(count);
  const previous = new Int32Array(count);
  const ranks = new Int32Array(count);
  // An entry is rank * 2^32 + place: one number that sorts as merges are to be done.
  const entries = new Float64Array(count);
  let entryCount = 0;
  for (let i = 0; i < count; i++) {
    next[i] = i + 1;
    previous[i] = i - 1;
    ranks[i] = i + 1 < count ? table.rankOf(symbols[i]!, symbols[i + 1]!) : -1;
    if (ranks[i]! >= 0) entries[entryCount++] = ranks[i]! * 2 ** 32 + i;
  }
  const heap = createNumberHeap(entries, entryCount);
  const offer = (i: number): void => {
    const right = next[i]!;
    const rank = right < count ? table.rankOf(symbols[i]!, symbols[right]!) : -1;
    ranks[i] = rank;
    if (rank >= 0) heap.push(rank * 2 ** 32 + i);
  };

  for (let entry = heap.pop(); entry !== undefined; entry = heap.pop()) {
    const rank = Math.floor(entry / 2 ** 32);
    const i = entry - rank * 2 ** 32;
    // An entry is stale if its symbol, or the one after it, has been merged since.
    if (ranks[i] !== rank) continue;
    const right = next[i]!;
    symbols[i] = table.merged[rank]!;
    ranks[right] = -1;
    next[i] = next[right]!;
    if (next[i]! < count) previous[next[i]!] = i;
    offer(i);
    if (previous[i]! >= 0) offer(previous[i]!);
  }

  let length = 0;
  for (let i = 0; i < count; i = next[i]!) symbols[length++] = symbols[i]!;
  return length;
}
