import { escapeForPattern } from "../added-tokens.ts";
import { createPattern } from "../pattern/pattern.ts";
import type { Pattern } from "../pattern/pattern.ts";
import { UnreadablePattern } from "../pattern/unreadable-pattern.ts";
import { byteLevel, isolate, sequence } from "../pre-tokenizer.ts";
import type { PreTokenizer } from "../pre-tokenizer.ts";
import { excerpt, flattenPreTokenizer, formatError } from "./schema.ts";
import type { CheckedTokenizerJson, PreTokenizerPart } from "./schema.ts";

/** The pre-tokenizer that a `tokenizer.json` describes. */
export function readPreTokenizer(json: CheckedTokenizerJson["pre_tokenizer"]): PreTokenizer {
  const parts = flattenPreTokenizer(json);
  const last = parts.length - 1;
  if (parts.length === 0 || parts.findIndex((part) => part.type === "ByteLevel") !== last) {
    throw formatError(
      `pre_tokenizer: expected one ByteLevel, in the last place; found ${parts.map((part) => part.type).join(", ") || "nothing"}`,
    );
  }
  return sequence(parts.map(readPart));
}

function readPart(part: PreTokenizerPart): PreTokenizer {
  switch (part.type) {
    case "ByteLevel":
      return byteLevel({ prefixSpace: part.add_prefix_space, gpt2Pattern: part.use_regex });
    case "Digits":
      return isolate(
        part.individual_digits ? createPattern(String.raw`\p{N}`) : createPattern(String.raw`\p{N}+`),
      );
    case "Split":
      return isolate(
        readSplit("Regex" in part.pattern ? part.pattern.Regex : escapeForPattern(part.pattern.String)),
      );
  }
}

function readSplit(source: string): Pattern {
  try {
    return createPattern(source);
  } catch (cause) {
    const reason = cause instanceof UnreadablePattern ? cause.message : "it is nested too deeply";
    throw formatError(`pre_tokenizer: the pattern ${excerpt(source)} cannot be used: ${reason}`, cause);
  }
}
