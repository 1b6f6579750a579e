import type { AlternativeElementNode } from "oniguruma-parser/parser";
import { UnreadablePattern } from "./unreadable-pattern.ts";

/**
 * What case folding makes of characters that become several: "ss" of "ß". Under (?i) Oniguruma lets such a character
 * match what it becomes, and the other way round; JavaScript does not, so these are refused.
 */
const multipleFoldings: ReadonlyMap<number, string> = new Map(
  // Where the characters of status F lie in Unicode's CaseFolding.txt.
  [range(0xdf, 0x587), range(0x1e96, 0x1ffc), range(0xfb00, 0xfb17)].flat().flatMap((codePoint) => {
    const several = String.fromCodePoint(codePoint).toLowerCase().toUpperCase().toLowerCase();
    return several.length > 1 ? [[codePoint, several]] : [];
  }),
);

/** @throws UnreadablePattern for characters from one to another of which one folds to several. */
export function expectSingleFoldings(first: number, last: number): void {
  for (const [codePoint, several] of multipleFoldings) {
    if (codePoint < first || codePoint > last) continue;
    throw new UnreadablePattern(
      `(?i) over ${String.fromCodePoint(codePoint)}, which matches ${JSON.stringify(several)} too, is not available`,
    );
  }
}

/** @throws UnreadablePattern for characters side by side that are what one folds to. */
export function expectNoFoldedSequence(nodes: readonly AlternativeElementNode[]): void {
  const text = literalText(nodes).toLowerCase();
  for (const [codePoint, several] of multipleFoldings) {
    if (!text.includes(several)) continue;
    throw new UnreadablePattern(
      `(?i) over ${JSON.stringify(several)}, which matches ${String.fromCodePoint(codePoint)} too, is not available`,
    );
  }
}

/** Characters that Oniguruma takes as one string; the others parted from them by a line feed, which no folding has. */
function literalText(nodes: readonly AlternativeElementNode[]): string {
  return nodes
    .map((node): string => {
      if (node.type === "Character") return String.fromCodePoint(node.value);
      const isPlain = node.type === "Group" && node.body.length === 1;
      return isPlain ? literalText(node.body[0]!.body) : "\n";
    })
    .join("");
}

function range(first: number, last: number): number[] {
  return Array.from({ length: last - first + 1 }, (_, i) => first + i);
}
