import { throwIfAborted } from "@sdtt/core";
import { createHeap } from "../heap.ts";

/** A piece of text as the ids of its bytes, and how often it was seen. */
interface CountedPiece {
  readonly symbols: readonly number[];
  readonly count: number;
}

export interface LearnMergesOptions {
  readonly pieces: readonly CountedPiece[];
  /** The id that the first merge makes; the next makes the next. All ids in the pieces are lower. */
  readonly firstId: number;
  /** How many merges are wanted. */
  readonly limit: number;
  /** How often a pair must be seen to be merged. */
  readonly minFrequency: number;
  readonly signal?: AbortSignal | undefined;
}

/** Two neighbouring ids, and where they stand. */
interface Pair {
  readonly left: number;
  readonly right: number;
  /** How often the pair is seen in all pieces. */
  count: number;
  /** Indices of the pieces that hold it, in order; some may have lost it. */
  readonly pieces: number[];
}

/** A pair with the count that gave it its place in the queue. */
interface QueuedPair {
  readonly pair: Pair;
  readonly count: number;
}

/**
 * Learns a byte-pair encoding (Sennrich et al. 2016): makes the most frequent pair of neighbours a new id, again and again.
 * Of pairs that are equally frequent the one with the lower ids is taken, as Hugging Face's trainer does.
 *
 * Yields to the event loop regularly, so that an abort is noticed.
 *
 * @returns The merged pairs of ids, `[count, 2]`; fewer than wanted if no pair is frequent enough any more.
 * @throws SdttError `aborted` when the signal fires.
 */
export async function learnMerges({
  pieces,
  firstId,
  limit,
  minFrequency,
  signal,
}: LearnMergesOptions): Promise<Int32Array> {
  const words = pieces.map(({ symbols }) => Array.from(symbols));
  const pairs = createPairCounts(firstId + limit);
  words.forEach((word, piece) => {
    for (let i = 1; i < word.length; i++) pairs.add(word[i - 1]!, word[i]!, pieces[piece]!.count, piece);
  });

  const queue = createHeap<QueuedPair>(goesBefore);
  const enqueue = (pair: Pair): void => {
    if (pair.count > 0) queue.push({ pair, count: pair.count });
  };
  pairs.takeNew().forEach(enqueue);

  const merges: number[] = [];
  let symbolsSincePause = 0;
  while (merges.length < 2 * limit) {
    const first = queue.pop();
    if (first === undefined) break;
    const { pair, count } = first;
    if (count !== pair.count) {
      // Counts only fall once they are queued, so this entry came too early: it goes back to its place.
      enqueue(pair);
      continue;
    }
    if (count < minFrequency) break;
    const merged = firstId + merges.length / 2;
    merges.push(pair.left, pair.right);
    for (const piece of pair.pieces) {
      symbolsSincePause += words[piece]!.length;
      if (symbolsSincePause > symbolsBetweenPauses) {
        symbolsSincePause = 0;
        await new Promise((resolve) => setTimeout(resolve));
        throwIfAborted(signal);
      }
      mergeInWord(words[piece]!, pair, merged, (left, right, sign) =>
        pairs.add(left, right, sign * pieces[piece]!.count, piece),
      );
    }
    pairs.takeNew().forEach(enqueue);
  }
  return Int32Array.from(merges);
}

/** A fraction of a second's work. */
const symbolsBetweenPauses = 2 ** 22;

function goesBefore(a: QueuedPair, b: QueuedPair): boolean {
  if (a.count !== b.count) return a.count > b.count;
  return a.pair.left !== b.pair.left ? a.pair.left < b.pair.left : a.pair.right < b.pair.right;
}

/** Merges a pair from left to right, in place, and tells which neighbours came (+1) and went (-1). */
function mergeInWord(
  word: number[],
  { left, right }: Pair,
  merged: number,
  onChange: (left: number, right: number, sign: 1 | -1) => void,
): void {
  let length = 0;
  for (let i = 0; i < word.length; i++) {
    if (word[i] !== left || word[i + 1] !== right) {
      word[length++] = word[i]!;
      continue;
    }
    if (length > 0) {
      onChange(word[length - 1]!, left, -1);
      onChange(word[length - 1]!, merged, 1);
    }
    if (i + 2 < word.length) {
      onChange(right, word[i + 2]!, -1);
      onChange(merged, word[i + 2]!, 1);
    }
    word[length++] = merged;
    i++;
  }
  word.length = length;
}

interface PairCounts {
  /** Adds to the count of a pair that a piece holds. */
  add(left: number, right: number, count: number, piece: number): void;
  /** The pairs first seen since the last call. */
  takeNew(): Pair[];
}

function createPairCounts(ids: number): PairCounts {
  const pairs = new Map<number, Pair>();
  let fresh: Pair[] = [];
  return {
    add(left, right, count, piece) {
      const key = left * ids + right;
      let pair = pairs.get(key);
      if (pair === undefined) {
        pair = { left, right, count: 0, pieces: [] };
        pairs.set(key, pair);
        fresh.push(pair);
      }
      pair.count += count;
      if (count > 0 && pair.pieces.at(-1) !== piece) pair.pieces.push(piece);
    },
    takeNew() {
      const taken = fresh;
      fresh = [];
      return taken;
    },
  };
}
