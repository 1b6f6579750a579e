import { splitGaps } from "./gaps.ts";

/** Something in a text that looks like a gap and is none. */
export interface NearMiss {
  readonly index: number;
  /** As it stands there. */
  readonly text: string;
  /** The gap that was probably meant. */
  readonly meant: string;
}

// In angle brackets, closed or not, in any case and spacing; in square or curly ones, as other tools write masks, only if closed.
const angular = /<\s{0,8}mask(?![a-z])[\s:=_-]{0,8}(\d*)\s{0,8}>?/giu;
const bracketed = /[[{]\s{0,8}mask[\s:=_-]{0,8}(\d*)\s{0,8}[\]}]/giu;

/** The first of a text: it would be written around as plain text, or refused. */
export function findNearMiss(text: string): NearMiss | undefined {
  const found = [angular, bracketed].flatMap((pattern) => [...text.matchAll(pattern)]);
  const gaps = new Set(splitGaps(text).flatMap((s) => (s.kind === "gap" && s.width > 0 ? [s.text] : [])));
  const [first] = found.filter(([match]) => !gaps.has(match)).sort((a, b) => a.index - b.index);
  if (!first) return undefined;
  const width = first[1]!.replace(/^0+/, "");
  // Spaces after an unclosed one are the text's own.
  const miss = first[0].trimEnd();
  return { index: first.index, text: miss, meant: width !== "" ? `<mask:${width}>` : "<mask>" };
}

/** The text with the gap that was meant. */
export function correct(text: string, { index, text: miss, meant }: NearMiss): string {
  return text.slice(0, index) + meant + text.slice(index + miss.length);
}
