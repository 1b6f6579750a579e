import { compilePattern } from "./compile-pattern.ts";
import { createMatcher } from "./matcher.ts";
import { readPattern } from "./read-pattern.ts";

/** Tells of each match in a text, from left to right, where it starts and ends. */
export type Pattern = (text: string, onMatch: (start: number, end: number) => void) => void;

/**
 * A pattern in the syntax of Oniguruma, whose matches are those that Oniguruma finds, in texts of any length.
 *
 * @throws UnreadablePattern for what is no such pattern, and for a construct that is not available, with its name.
 */
export function createPattern(source: string): Pattern {
  const program = compilePattern(readPattern(source));
  return (text, onMatch) => {
    const matcher = createMatcher(program, text);
    let searchStart = 0;
    let lastEnd = -1;
    for (let start = 0; start <= text.length;) {
      const end = matcher.matchAt(start, searchStart);
      if (end > start || (end === start && end !== lastEnd)) {
        onMatch(start, end);
        lastEnd = start = searchStart = end;
      } else {
        // An empty match where the last one ended is skipped, as the reference does, and the search starts over.
        start += (text.codePointAt(start) ?? 0) > 0xffff ? 2 : 1;
        if (end >= 0) searchStart = start;
      }
    }
  };
}
