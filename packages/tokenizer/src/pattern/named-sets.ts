import { createCharacterSet, matchedBy } from "./character-set.ts";
import type { CharacterSet } from "./character-set.ts";

export type ClassName =
  | "alnum"
  | "alpha"
  | "any"
  | "ascii"
  | "blank"
  | "cntrl"
  | "digit"
  | "graph"
  | "lower"
  | "newline"
  | "print"
  | "punct"
  | "space"
  | "upper"
  | "word"
  | "xdigit";

/**
 * What Oniguruma's classes hold under UTF-8, in JavaScript. White space is Unicode's property and not `\s`, which has
 * U+FEFF and lacks U+0085.
 */
const classes: Readonly<Record<ClassName, string>> = {
  alnum: String.raw`[\p{Alphabetic}\p{Nd}]`,
  alpha: String.raw`\p{Alphabetic}`,
  any: String.raw`[^]`,
  ascii: String.raw`\p{ASCII}`,
  blank: String.raw`[\p{Zs}\t]`,
  cntrl: String.raw`\p{Cc}`,
  digit: String.raw`\p{Nd}`,
  graph: String.raw`[^\p{White_Space}\p{Cc}\p{Cn}\p{Cs}]`,
  lower: String.raw`\p{Lowercase}`,
  newline: String.raw`\n`,
  print: String.raw`[^\p{Cc}\p{Cn}\p{Cs}\u2028\u2029]`,
  punct: String.raw`[\p{P}\p{S}]`,
  space: String.raw`\p{White_Space}`,
  upper: String.raw`\p{Uppercase}`,
  word: String.raw`[\p{Alphabetic}\p{M}\p{Nd}\p{Pc}]`,
  xdigit: String.raw`[0-9A-Fa-f]`,
};

const known = new Map<string, CharacterSet>();

/** The set of one of Oniguruma's classes, as it is in brackets. */
export function classNamed(name: ClassName): CharacterSet {
  return remembered(classes[name]);
}

/** Word characters outside brackets, where Oniguruma takes Latin-1 from a table that has the superscripts and fractions. */
export function wordCharacters(): CharacterSet {
  return remembered(String.raw`[\p{Alphabetic}\p{M}\p{Nd}\p{Pc}\xb2\xb3\xb9\xbc-\xbe]`);
}

export function isClassName(name: string): name is ClassName {
  return Object.hasOwn(classes, name);
}

/** The set of a Unicode property: a general category, a binary property or a script; undefined for others. */
export function propertyNamed(name: string): CharacterSet | undefined {
  for (const source of [String.raw`\p{${name}}`, String.raw`\p{Script=${name}}`]) {
    try {
      return remembered(source);
    } catch {
      // JavaScript has no property of this name: try the next kind.
    }
  }
  return undefined;
}

function remembered(source: string): CharacterSet {
  let set = known.get(source);
  if (set === undefined) known.set(source, (set = matchedBy(source)));
  return set;
}

/** The set of the code points from one to another, both included. */
export function range(first: number, last: number): CharacterSet {
  return createCharacterSet((codePoint) => codePoint >= first && codePoint <= last);
}
