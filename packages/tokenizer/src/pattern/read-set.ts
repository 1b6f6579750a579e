import type { CharacterClassElementNode } from "oniguruma-parser/parser";
import { complement, intersection, matchedBy, union } from "./character-set.ts";
import type { CharacterSet } from "./character-set.ts";
import { expectSingleFoldings } from "./multiple-foldings.ts";
import { classNamed, isClassName, propertyNamed, range, wordCharacters } from "./named-sets.ts";
import { UnreadablePattern } from "./unreadable-pattern.ts";

interface SetOptions {
  readonly ignoreCase: boolean;
  readonly dotMatchesLineFeed: boolean;
}

/**
 * The characters that one node matches: a character, a class in brackets, or a set that has a name.
 *
 * @throws UnreadablePattern for a set that JavaScript does not know.
 */
export function readSet(node: CharacterClassElementNode, options: SetOptions): CharacterSet {
  const isWord = node.type === "CharacterSet" && (node.kind === "word" || node.value === "word");
  return negated(node, isWord ? wordCharacters() : readElement(node, options));
}

function negated(node: CharacterClassElementNode, set: CharacterSet): CharacterSet {
  const negate = "negate" in node && node.negate;
  return negate ? complement(set) : set;
}

function readElement(node: CharacterClassElementNode, options: SetOptions): CharacterSet {
  switch (node.type) {
    case "Character":
      return readRange(node.value, node.value, options);
    case "CharacterClassRange":
      return readRange(node.min.value, node.max.value, options);
    case "CharacterClass": {
      if (options.ignoreCase) expectPlainClass(node);
      const sets = node.body.map((element) => negated(element, readElement(element, options)));
      return node.kind === "intersection" ? intersection(sets) : union(sets);
    }
    case "CharacterSet":
      return readNamed(node, options);
  }
}

function readRange(first: number, last: number, { ignoreCase }: SetOptions): CharacterSet {
  if (!ignoreCase) return range(first, last);
  expectSingleFoldings(first, last);
  const [from, to] = [first, last].map((codePoint) => String.raw`\u{${codePoint.toString(16)}}`);
  return matchedBy(`[${from}-${to}]`, "iu");
}

type ClassNode = Extract<CharacterClassElementNode, { type: "CharacterClass" }>;

/** What Oniguruma adds to a class for the case of its characters is only simple where these are listed. */
function expectPlainClass({ negate, kind, body }: ClassNode): void {
  const isListed = body.every((node) => node.type === "Character" || node.type === "CharacterClassRange");
  if (!negate && kind === "union" && isListed) return;
  throw new UnreadablePattern("(?i) over a class of more than characters and ranges is not available");
}

type NamedNode = Extract<CharacterClassElementNode, { type: "CharacterSet" }>;

function readNamed(node: NamedNode, { dotMatchesLineFeed }: SetOptions): CharacterSet {
  switch (node.kind) {
    case "any":
      return classNamed("any");
    case "dot":
      return dotMatchesLineFeed ? classNamed("any") : complement(classNamed("newline"));
    case "hex":
      return classNamed("xdigit");
    case "text_segment":
      throw new UnreadablePattern(String.raw`\X (text segment) is not available`);
    case "posix":
      if (isClassName(node.value)) return classNamed(node.value);
      throw new UnreadablePattern(`[:${node.value}:] is not available`);
    case "property": {
      const set = propertyNamed(node.value);
      if (set) return set;
      throw new UnreadablePattern(String.raw`\p{${node.value}} is not available`);
    }
    default:
      return classNamed(node.kind);
  }
}
