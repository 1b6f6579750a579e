import type { Revealed } from "@sdtt/scheduler";
import type { Tokenizer } from "@sdtt/tokenizer";

/**
 * The text of a completion, from left to right, while its tokens are revealed in any order: what `push` returns joins to
 * the text between prompt and suffix, up to the first stop sequence or the end of the text.
 */
export interface ChoiceWriter {
  /** Undefined while the text may go on: `stop` for a stop sequence or an end of text, `length` when the room is full. */
  readonly finishReason: "stop" | "length" | undefined;
  /** Tokens up to the end, the one that ended it included. */
  readonly tokenCount: number;
  /** Takes what a step revealed; returns the text that is certain by now. */
  push(revealed: Pick<Revealed, "positions" | "ids">): string;
}

export interface ChoiceWriterOptions {
  readonly tokenizer: Tokenizer;
  /** The positions to write, the last one excluded. */
  readonly begin: number;
  readonly end: number;
  readonly stops: readonly string[];
  /** What the text begins with and the prompt ends with: a blank, or nothing. */
  readonly rest?: string | undefined;
  /** Whether the text goes on behind an end of text, an empty line between the two. */
  readonly ignoreEos?: boolean | undefined;
}

export function createChoiceWriter(options: ChoiceWriterOptions): ChoiceWriter {
  const { tokenizer, begin, end, stops, rest = "", ignoreEos = false } = options;
  const decoder = tokenizer.createDecoder();
  const ids = new Int32Array(end - begin).fill(tokenizer.maskId);
  let next = 0;
  /** Text that may yet turn out to begin a stop sequence. */
  let held = "";
  /** Characters of the prompt that are still to be dropped. */
  let repeated = rest.length;
  let hasText = false;
  let isNewDocument = false;
  let finishReason: ChoiceWriter["finishReason"];

  function push({ positions, ids: revealed }: Pick<Revealed, "positions" | "ids">): string {
    for (const [i, position] of positions.entries()) {
      if (position >= begin && position < end) ids[position - begin] = revealed[i]!;
    }
    let text = "";
    while (!finishReason && next < ids.length && ids[next] !== tokenizer.maskId) {
      const id = ids[next++]!;
      if (id !== tokenizer.endOfTextId) text += take(decoder.push([id]));
      else text += ignoreEos ? endDocument() : close("stop");
    }
    return !finishReason && next === ids.length ? text + close("length") : text;
  }

  /** What is certain once a piece was added. */
  function take(added: string): string {
    const piece = added.slice(repeated);
    repeated -= added.length - piece.length;
    if (piece !== "") {
      held += isNewDocument ? `\n\n${piece}` : piece;
      hasText = true;
      isNewDocument = false;
    }
    const stop = firstStop(held, stops);
    if (stop >= 0) finishReason = "stop";
    const certain = stop >= 0 ? stop : held.length - openEnd(held, stops);
    const text = held.slice(0, certain);
    held = held.slice(certain);
    return text;
  }

  function endDocument(): string {
    const text = take(decoder.flush());
    isNewDocument = hasText;
    return text;
  }

  function close(reason: "stop" | "length"): string {
    const text = take(decoder.flush());
    if (finishReason) return text;
    finishReason = reason;
    return text + held;
  }

  return {
    get finishReason() {
      return finishReason;
    },
    get tokenCount() {
      return next;
    },
    push,
  };
}

/** Where the first of the stop sequences begins, or -1. */
function firstStop(text: string, stops: readonly string[]): number {
  const places = stops.map((stop) => text.indexOf(stop)).filter((place) => place >= 0);
  return places.length > 0 ? Math.min(...places) : -1;
}

/** Characters at the end of a text that may be the beginning of a stop sequence. */
function openEnd(text: string, stops: readonly string[]): number {
  const longest = Math.max(0, ...stops.map((stop) => stop.length - 1));
  for (let count = Math.min(longest, text.length); count > 0; count--) {
    const end = text.slice(-count);
    if (stops.some((stop) => stop.startsWith(end))) return count;
  }
  return 0;
}
