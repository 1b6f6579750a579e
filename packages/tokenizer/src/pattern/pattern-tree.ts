import type { CharacterSet } from "./character-set.ts";

/** What the matcher knows to do. Groups are gone: they neither capture nor name anything. */
export type PatternTree =
  | { readonly kind: "set"; readonly set: CharacterSet }
  | { readonly kind: "sequence"; readonly parts: readonly PatternTree[] }
  | { readonly kind: "choice"; readonly options: readonly PatternTree[] }
  | Repeat
  | { readonly kind: "atomic"; readonly body: PatternTree }
  | { readonly kind: "ahead"; readonly body: PatternTree; readonly negate: boolean }
  | Behind
  | { readonly kind: "place"; readonly place: Place; readonly negate: boolean };

export interface Repeat {
  readonly kind: "repeat";
  readonly body: PatternTree;
  readonly least: number;
  /** May be Infinity. */
  readonly most: number;
  readonly lazy: boolean;
}

export interface Behind {
  readonly kind: "behind";
  /** What may stand before, and how many characters it has. */
  readonly options: readonly { readonly body: PatternTree; readonly characters: number }[];
  readonly negate: boolean;
}

/** A place between two characters. */
export type Place =
  | "text start"
  | "text end"
  | "last line end"
  | "line start"
  | "line end"
  | "word boundary"
  | "search start";

/** How many characters every match of a tree has; undefined if they differ. */
export function characterCount(tree: PatternTree): number | undefined {
  switch (tree.kind) {
    case "set":
      return 1;
    case "sequence":
      return tree.parts.reduce<number | undefined>((sum, part) => {
        const count = characterCount(part);
        return sum === undefined || count === undefined ? undefined : sum + count;
      }, 0);
    case "choice": {
      const [first, ...others] = tree.options.map(characterCount);
      return others.every((count) => count === first) ? first : undefined;
    }
    case "repeat": {
      const count = characterCount(tree.body);
      return tree.least === tree.most && count !== undefined ? count * tree.least : undefined;
    }
    case "atomic":
      return characterCount(tree.body);
    default:
      return 0;
  }
}
