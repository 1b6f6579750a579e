import type { AddedToken } from "./definition.ts";

/**
 * Makes the function that cuts a text at its added tokens, the leftmost first and of those that start together the
 * longest. It gives, in order, the id of each token and the text between them.
 */
export function createAddedTokenSplitter(
  tokens: readonly AddedToken[],
): (text: string) => readonly (string | number)[] {
  if (tokens.length === 0) return (text) => [text];
  const byContent = new Map(tokens.map((token) => [token.content, token]));
  const longestFirst = [...byContent.keys()].sort((a, b) => b.length - a.length);
  const pattern = new RegExp(longestFirst.map(escapeForPattern).join("|"), "gu");

  return (text) => {
    const parts: (string | number)[] = [];
    let end = 0;
    for (const match of text.matchAll(pattern)) {
      const token = byContent.get(match[0])!;
      const start = token.stripsLeft ? whiteSpaceStart(text, match.index) : match.index;
      if (start > end) parts.push(text.slice(end, start));
      parts.push(token.id);
      end = match.index + match[0].length;
      if (token.stripsRight) end = whiteSpaceEnd(text, end);
    }
    if (end < text.length) parts.push(text.slice(end));
    return parts;
  };
}

/** A pattern that matches exactly this text. */
export function escapeForPattern(text: string): string {
  return text.replaceAll(/[\\^$.*+?()[\]{}|/]/g, String.raw`\$&`);
}

// Loops, because a pattern that looks for white space before an end is quadratic on long runs of it.

function whiteSpaceStart(text: string, end: number): number {
  while (end > 0 && whiteSpace.test(text[end - 1]!)) end--;
  return end;
}

function whiteSpaceEnd(text: string, start: number): number {
  while (start < text.length && whiteSpace.test(text[start]!)) start++;
  return start;
}

const whiteSpace = /\p{White_Space}/u;
