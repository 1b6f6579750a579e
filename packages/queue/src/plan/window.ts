import type { TextRange } from "./ranges.ts";

/**
 * Which ranges are in the queue: the first that is not collected yet and a bounded number after it. It bounds what the server
 * holds, however many texts a run has.
 */
export interface Window {
  /** The next range in order; undefined once all are collected. */
  readonly head: TextRange | undefined;
  /** Ranges in the queue, in order. */
  readonly queued: readonly TextRange[];
  /** Texts of all ranges that are collected. */
  readonly collected: number;
  /** Collects the head. Gives the ranges that move up, which are to be added to the queue. */
  advance(): readonly TextRange[];
}

/** @param size - ranges in the queue at a time, at least 1. */
export function createWindow(ranges: readonly TextRange[], size: number): Window {
  let [start, collected] = [0, 0];
  return {
    get head() {
      return ranges[start];
    },
    get queued() {
      return ranges.slice(start, start + size);
    },
    get collected() {
      return collected;
    },
    advance() {
      collected += ranges[start]!.count;
      start++;
      return ranges.slice(start + size - 1, start + size);
    },
  };
}
