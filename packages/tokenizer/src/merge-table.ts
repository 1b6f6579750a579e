/** The merges of a byte-pair encoding, to be found by their pair. */
export interface MergeTable {
  /** The rank of the merge of two neighbours, 0 the first learnt; -1 if they do not merge. */
  rankOf(left: number, right: number): number;
  /** The id that the merge of a rank makes. */
  readonly merged: Int32Array;
}

/**
 * Builds the table: open addressing over typed arrays, at most half full.
 *
 * @param merges - `[count, 3]`: left id, right id, merged id; in order of rank. The last of equal pairs counts.
 */
export function createMergeTable(merges: Int32Array): MergeTable {
  const count = merges.length / 3;
  const capacity = 2 ** Math.ceil(Math.log2(2 * count + 2));
  const ranks = new Int32Array(capacity).fill(-1);
  const keys = new Int32Array(2 * capacity);

  /** The slot that holds the pair, or the free one where it would go. */
  const slotOf = (left: number, right: number): number => {
    let hash = Math.imul(left, 0x9e3779b1) ^ Math.imul(right, 0x85ebca6b);
    hash ^= hash >>> 15;
    let slot = hash & (capacity - 1);
    while (ranks[slot] !== -1 && (keys[2 * slot] !== left || keys[2 * slot + 1] !== right)) {
      slot = (slot + 1) & (capacity - 1);
    }
    return slot;
  };

  for (let rank = 0; rank < count; rank++) {
    const [left, right] = [merges[3 * rank]!, merges[3 * rank + 1]!];
    const slot = slotOf(left, right);
    ranks[slot] = rank;
    keys[2 * slot] = left;
    keys[2 * slot + 1] = right;
  }
  return {
    rankOf: (left, right) => ranks[slotOf(left, right)]!,
    merged: Int32Array.from({ length: count }, (_, rank) => merges[3 * rank + 2]!),
  };
}
