import { escapeForPattern } from "../added-tokens.ts";
import { byteLevel, isolate, sequence } from "../pre-tokenizer.ts";
import type { PreTokenizer } from "../pre-tokenizer.ts";
import { excerpt, formatError } from "./schema.ts";
import type { CheckedTokenizerJson, PreTokenizerJson } from "./schema.ts";

/** The pre-tokenizer that a `tokenizer.json` describes. */
export function readPreTokenizer(json: CheckedTokenizerJson["pre_tokenizer"]): PreTokenizer {
  const parts = json.type === "Sequence" ? json.pretokenizers : [json];
  if (parts.findIndex((part) => part.type === "ByteLevel") !== parts.length - 1) {
    throw formatError(
      `pre_tokenizer: expected one ByteLevel, in the last place; found ${parts.map((part) => part.type).join(", ") || "nothing"}`,
    );
  }
  return sequence(parts.map(readPart));
}

function readPart(part: PreTokenizerJson): PreTokenizer {
  switch (part.type) {
    case "ByteLevel":
      return byteLevel({ prefixSpace: part.add_prefix_space, gpt2Pattern: part.use_regex });
    case "Digits":
      return isolate(part.individual_digits ? /\p{N}/gu : /\p{N}+/gu);
    case "Split":
      return isolate(
        "Regex" in part.pattern
          ? translatePattern(part.pattern.Regex)
          : new RegExp(escapeForPattern(part.pattern.String), "gu"),
      );
  }
}

/** JavaScript's pattern for one of Oniguruma, whose classes are those of Unicode. */
function translatePattern(source: string): RegExp {
  const translated = source.replaceAll(/\\(.)/gsu, (escape, letter: string) => {
    if ("wWbB".includes(letter)) {
      throw formatError(`pre_tokenizer: ${escape} in the pattern ${excerpt(source)} cannot be translated`);
    }
    return classes[letter] ?? escape;
  });
  try {
    return new RegExp(translated, "gu");
  } catch (cause) {
    throw formatError(
      `pre_tokenizer: the pattern ${excerpt(source)} does not translate to JavaScript`,
      cause,
    );
  }
}

const classes: Readonly<Record<string, string>> = {
  s: String.raw`\p{White_Space}`,
  S: String.raw`\P{White_Space}`,
  d: String.raw`\p{Nd}`,
  D: String.raw`\P{Nd}`,
};
