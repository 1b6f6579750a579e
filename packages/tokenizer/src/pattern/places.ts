import type { CharacterSet } from "./character-set.ts";
import { wordCharacters } from "./named-sets.ts";
import type { Place } from "./pattern-tree.ts";

/** How many units of a well-formed text the character at a position takes. */
export function widthAt(text: string, position: number): 1 | 2 {
  return (text.charCodeAt(position) & 0xfc00) === 0xd800 ? 2 : 1;
}

/** The position so many characters before; below 0 if there are fewer. */
export function stepBack(text: string, position: number, characters: number): number {
  for (let i = 0; i < characters; i++) {
    position -= position > 1 && (text.charCodeAt(position - 1) & 0xfc00) === 0xdc00 ? 2 : 1;
  }
  return position;
}

/** True if a position of a text is such a place. */
export function isAt(text: string, position: number, place: Place, searchStart: number): boolean {
  const isStart = position === 0;
  const isEnd = position === text.length;
  const lineFeed = 0x0a;
  switch (place) {
    case "text start":
      return isStart;
    case "text end":
      return isEnd;
    case "last line end":
      return isEnd || (position === text.length - 1 && text.charCodeAt(position) === lineFeed);
    case "line start":
      // After a line feed that ends the text no line begins.
      return isStart || (!isEnd && text.charCodeAt(position - 1) === lineFeed);
    case "line end":
      return isEnd || text.charCodeAt(position) === lineFeed;
    case "word boundary":
      return isWordAt(text, stepBack(text, position, 1)) !== isWordAt(text, position);
    case "search start":
      return position === searchStart;
  }
}

const word: CharacterSet = wordCharacters();

function isWordAt(text: string, position: number): boolean {
  return position >= 0 && position < text.length && word.has(text.codePointAt(position)!);
}
