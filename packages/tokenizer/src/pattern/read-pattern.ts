import { toOnigurumaAst } from "oniguruma-parser";
import type {
  AlternativeElementNode,
  AlternativeNode,
  AssertionNode,
  GroupNode,
  LookaroundAssertionNode,
  QuantifierNode,
} from "oniguruma-parser/parser";
import { range } from "./named-sets.ts";
import { expectNoFoldedSequence } from "./multiple-foldings.ts";
import { characterCount } from "./pattern-tree.ts";
import type { PatternTree, Place } from "./pattern-tree.ts";
import { readSet } from "./read-set.ts";
import { UnreadablePattern } from "./unreadable-pattern.ts";

/** The options that are in force at a place of a pattern. */
interface PatternOptions {
  readonly ignoreCase: boolean;
  readonly dotMatchesLineFeed: boolean;
}

/** Far longer than those in use. Reading a pattern takes time that grows with the square of its length. */
const longestPattern = 4096;

/**
 * Reads a pattern in the syntax of Oniguruma, as Hugging Face's tokenizers do: `Regex::new` of the `onig` crate, which is
 * ONIG_SYNTAX_ONIGURUMA with UTF-8 and no options.
 *
 * @throws UnreadablePattern if it is not valid, or for a construct that is not available here.
 */
export function readPattern(source: string): PatternTree {
  if (source.length > longestPattern) {
    throw new UnreadablePattern(`it has ${source.length} characters; expected at most ${longestPattern}`);
  }
  let ast;
  try {
    ast = toOnigurumaAst(source);
  } catch (cause) {
    throw new UnreadablePattern((cause as Error).message, { cause });
  }
  return readAlternatives(ast.body, { ignoreCase: false, dotMatchesLineFeed: false });
}

function readAlternatives(alternatives: readonly AlternativeNode[], options: PatternOptions): PatternTree {
  let current = options;
  let ignoresCase = options.ignoreCase;
  const read = alternatives.map(({ body }, index) => {
    const parts: PatternTree[] = [];
    body.forEach((node, place) => {
      if (node.type === "Directive" && node.kind === "flags") {
        // Elsewhere an option would span the alternatives that follow together with what is left of its own.
        if (index < alternatives.length - 1 && (index > 0 || place > 0)) {
          throw new UnreadablePattern(
            "an option such as (?i) inside one of several alternatives is not available",
          );
        }
        current = withFlags(current, node.flags);
        ignoresCase ||= current.ignoreCase;
      } else {
        parts.push(readElement(node, current));
      }
    });
    if (ignoresCase) expectNoFoldedSequence(body);
    return sequenceOf(parts);
  });
  return read.length === 1 ? read[0]! : { kind: "choice", options: read };
}

function readElement(node: AlternativeElementNode, options: PatternOptions): PatternTree {
  switch (node.type) {
    case "Character":
    case "CharacterClass":
      return { kind: "set", set: readSet(node, options) };
    case "CharacterSet":
      if (node.kind === "newline" && !node.negate) return anyLineBreak;
      return { kind: "set", set: readSet(node, options) };
    case "Quantifier":
      return readQuantifier(node, options);
    case "CapturingGroup":
      return readAlternatives(node.body, options);
    case "Group":
      return readGroup(node, options);
    case "LookaroundAssertion":
      return readLookaround(node, options);
    case "Assertion":
      return readAssertion(node);
    case "Directive":
      throw new UnreadablePattern(String.raw`\K (keep) is not available`);
    case "Backreference":
      throw new UnreadablePattern(`a backreference (to group ${node.ref}) is not available`);
    case "Subroutine":
      throw new UnreadablePattern(String.raw`a subexpression call (\g<${node.ref}>) is not available`);
    case "AbsenceFunction":
      throw new UnreadablePattern("an absence operator (?~...) is not available");
    case "NamedCallout":
      throw new UnreadablePattern(`a callout (*${node.kind.toUpperCase()}) is not available`);
  }
}

function readQuantifier({ body, kind, min, max }: QuantifierNode, options: PatternOptions): PatternTree {
  const repeat = { kind: "repeat", body: readElement(body, options), least: min, most: max } as const;
  if (kind === "possessive") return { kind: "atomic", body: { ...repeat, lazy: false } };
  // A lazy {n} is the whole repeat, made optional.
  if (kind === "lazy" && min === max) {
    return { kind: "repeat", body: { ...repeat, lazy: false }, least: 0, most: 1, lazy: false };
  }
  return { ...repeat, lazy: kind === "lazy" };
}

function readGroup({ body, atomic, flags }: GroupNode, options: PatternOptions): PatternTree {
  const tree = readAlternatives(body, withFlags(options, flags));
  return atomic ? { kind: "atomic", body: tree } : tree;
}

function readLookaround(
  { kind, negate, body }: LookaroundAssertionNode,
  options: PatternOptions,
): PatternTree {
  const tree = readAlternatives(body, options);
  if (kind === "lookahead") return { kind: "ahead", body: tree, negate };
  const behind = (tree.kind === "choice" ? tree.options : [tree]).map((option) => {
    const characters = characterCount(option);
    if (characters === undefined) {
      throw new UnreadablePattern("a lookbehind of varying length is not available");
    }
    return { body: option, characters };
  });
  return { kind: "behind", options: behind, negate };
}

const places: Readonly<Partial<Record<AssertionNode["kind"], Place>>> = {
  line_start: "line start",
  line_end: "line end",
  search_start: "search start",
  string_start: "text start",
  string_end: "text end",
  string_end_newline: "last line end",
  word_boundary: "word boundary",
};

function readAssertion({ kind, negate = false }: AssertionNode): PatternTree {
  const place = places[kind];
  if (place === undefined)
    throw new UnreadablePattern(String.raw`\y (text segment boundary) is not available`);
  return { kind: "place", place, negate };
}

interface Flags {
  readonly ignoreCase?: true;
  readonly dotAll?: true;
}

function withFlags(options: PatternOptions, flags: { enable?: Flags; disable?: Flags } = {}): PatternOptions {
  const { enable = {}, disable = {} } = flags;
  return {
    ignoreCase: disable.ignoreCase ? false : (enable.ignoreCase ?? options.ignoreCase),
    dotMatchesLineFeed: disable.dotAll ? false : (enable.dotAll ?? options.dotMatchesLineFeed),
  };
}

function sequenceOf(parts: readonly PatternTree[]): PatternTree {
  return parts.length === 1 ? parts[0]! : { kind: "sequence", parts };
}

function characters(first: number, last: number): PatternTree {
  return { kind: "set", set: range(first, last) };
}

/** `\R`, which does not take the half of "\r\n". */
const anyLineBreak: PatternTree = {
  kind: "atomic",
  body: {
    kind: "choice",
    options: [
      sequenceOf([characters(0x0d, 0x0d), characters(0x0a, 0x0a)]),
      characters(0x0a, 0x0d),
      characters(0x85, 0x85),
      characters(0x2028, 0x2029),
    ],
  },
};
