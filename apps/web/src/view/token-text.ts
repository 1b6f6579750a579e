import type { Word } from "../state/cells.ts";

/** A token's text on one line, with signs for what has no shape of its own. */
export function signsOf({ text, isEnd }: Word): string {
  return isEnd ? "¶" : text.replaceAll("\n", "↵");
}

/** What a token is called where it is not seen. */
export function nameOf({ text, isEnd }: Word): string {
  if (isEnd) return "end of text";
  return text === "" ? "part of a character" : text.trim() || "space";
}
