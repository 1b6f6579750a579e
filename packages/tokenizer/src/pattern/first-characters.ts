import type { PatternTree } from "./pattern-tree.ts";

/** How the matches of a tree may begin. */
export interface FirstCharacters {
  /** True if a match may be empty: what comes after the tree then decides. */
  readonly mayBeEmpty: boolean;
  /** For each ASCII character whether a match that is not empty may start with it; too many is harmless, `[128]`. */
  readonly ascii: readonly boolean[];
}

/** Looks at each part of a tree once, and remembers it in `known`. */
export function firstCharacters(
  tree: PatternTree,
  known: Map<PatternTree, FirstCharacters>,
): FirstCharacters {
  const first = known.get(tree) ?? find(tree, known);
  known.set(tree, first);
  return first;
}

function find(tree: PatternTree, known: Map<PatternTree, FirstCharacters>): FirstCharacters {
  switch (tree.kind) {
    case "set":
      return { mayBeEmpty: false, ascii: asciiWhere((character) => tree.set.has(character)) };
    case "sequence": {
      const parts = tree.parts.map((part) => firstCharacters(part, known));
      const solid = parts.findIndex((part) => !part.mayBeEmpty);
      return { mayBeEmpty: solid < 0, ascii: anyOf(solid < 0 ? parts : parts.slice(0, solid + 1)) };
    }
    case "choice": {
      const options = tree.options.map((option) => firstCharacters(option, known));
      return { mayBeEmpty: options.some((option) => option.mayBeEmpty), ascii: anyOf(options) };
    }
    case "repeat": {
      const { mayBeEmpty, ascii } = firstCharacters(tree.body, known);
      return { mayBeEmpty: mayBeEmpty || tree.least === 0, ascii };
    }
    case "atomic":
      return firstCharacters(tree.body, known);
    default:
      return { mayBeEmpty: true, ascii: asciiWhere(() => false) };
  }
}

function anyOf(parts: readonly FirstCharacters[]): boolean[] {
  return asciiWhere((character) => parts.some(({ ascii }) => ascii[character]));
}

function asciiWhere(test: (character: number) => boolean): boolean[] {
  return Array.from({ length: 128 }, (_, character) => test(character));
}
