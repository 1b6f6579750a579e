import type { Revealed } from "@sdtt/scheduler";
import type { Tokenizer } from "@sdtt/tokenizer";
import { countCodePoints } from "./logprobs.ts";
import type { TextToken } from "./logprobs.ts";

/**
 * The text of a completion, from left to right, while its tokens are revealed in any order: what `push` returns joins to
 * the text between prompt and suffix, up to a stop sequence, the one that is complete first, or the end of the text.
 */
export interface ChoiceWriter {
  /** Undefined while the text may continue: `stop` for a stop sequence or an end of text, `length` when the room is full. */
  readonly finishReason: "stop" | "length" | undefined;
  /** Tokens up to the end, the one that ended it included. */
  readonly tokenCount: number;
  /** Takes what a step revealed; returns the text that is certain by now. */
  push(revealed: Revealed): string;
  /**
   * The tokens that begin in the text that `push` has returned, each told once. A token in which a stop sequence begins is
   * told whole; an end of text is none.
   */
  takeTokens(): TextToken[];
}

export interface ChoiceWriterOptions {
  readonly tokenizer: Tokenizer;
  /** The positions to write, the last one excluded. */
  readonly begin: number;
  readonly end: number;
  readonly stops: readonly string[];
  /** What the text begins with and the prompt ends with: a blank, or nothing. */
  readonly rest?: string | undefined;
  /** Whether the text continues after an end of text, an empty line between the two. */
  readonly ignoreEos?: boolean | undefined;
}

export function createChoiceWriter(options: ChoiceWriterOptions): ChoiceWriter {
  const { tokenizer, begin, end, stops, rest = "", ignoreEos = false } = options;
  const decoder = tokenizer.createDecoder();
  const ids = new Int32Array(end - begin).fill(tokenizer.maskId);
  const logProbs = new Float32Array(end - begin);
  let next = 0;
  /** Text that may yet turn out to begin a stop sequence. */
  let held = "";
  /** Code points of the text that `push` has returned. */
  let certain = 0;
  let tokens: TextToken[] = [];
  /** Characters of the prompt that are still to be dropped. */
  let repeated = rest.length;
  let hasText = false;
  let isNewDocument = false;
  let finishReason: ChoiceWriter["finishReason"];

  function push(revealed: Revealed): string {
    for (const [i, position] of revealed.positions.entries()) {
      if (position < begin || position >= end) continue;
      ids[position - begin] = revealed.ids[i]!;
      logProbs[position - begin] = revealed.logProbs[i]!;
    }
    let text = "";
    while (!finishReason && next < ids.length && ids[next] !== tokenizer.maskId) {
      const [id, logProb] = [ids[next]!, logProbs[next]!];
      next++;
      if (id !== tokenizer.endOfTextId) {
        const before = countCodePoints(text + held + (isNewDocument ? paragraph : ""));
        tokens.push({ id, logProb, offset: certain + before - repeated });
        text += take(decoder.push([id]));
      } else text += ignoreEos ? endDocument() : close("stop");
    }
    if (!finishReason && next === ids.length) text += close("length");
    certain += countCodePoints(text);
    return text;
  }

  function takeTokens(): TextToken[] {
    const begun = tokens.filter(({ offset }) => offset < certain);
    tokens = tokens.slice(begun.length);
    return begun;
  }

  /** What is certain once a piece was added. */
  function take(added: string): string {
    const piece = added.slice(repeated);
    repeated -= added.length - piece.length;
    if (piece !== "") {
      held += isNewDocument ? paragraph + piece : piece;
      hasText = true;
      isNewDocument = false;
    }
    const stop = firstStop(held, stops);
    if (stop >= 0) finishReason = "stop";
    const end = stop >= 0 ? stop : held.length - openEnd(held, stops);
    const text = held.slice(0, end);
    held = held.slice(end);
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
    takeTokens,
  };
}

const paragraph = "\n\n";

/** Where the stop sequence begins that is complete first, the longest of those that end there; -1 if none is complete. */
function firstStop(text: string, stops: readonly string[]): number {
  const found = stops
    .map((stop) => ({ begin: text.indexOf(stop), length: stop.length }))
    .filter(({ begin }) => begin >= 0);
  const [first] = found.toSorted((a, b) => a.begin + a.length - (b.begin + b.length) || a.begin - b.begin);
  return first?.begin ?? -1;
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
