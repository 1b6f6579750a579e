import type { Tokenizer } from "@sdtt/tokenizer";
import { z } from "zod";

/** OpenAI's `logprobs`: lists of one length. */
export interface Logprobs {
  readonly tokens: readonly string[];
  readonly token_logprobs: readonly (number | null)[];
  readonly top_logprobs: null;
  readonly text_offset: readonly number[];
}

export const logprobs: z.ZodType<Logprobs> = z.object({
  tokens: z
    .array(z.string())
    .describe("The text of each token; bytes:\\xe2\\x82 for a token that is not whole characters."),
  token_logprobs: z
    .array(z.number().nullable())
    .describe(
      "The model's at temperature 1, given what was written when the token was drawn. Null for tokens of the prompt.",
    ),
  top_logprobs: z.null().describe("The alternatives to a token are not kept."),
  text_offset: z
    .array(z.int())
    .describe(
      "Unicode code points of the text that the tokens before this one complete: of a character of several tokens, each has the place of the character.",
    ),
});

export interface TextToken {
  readonly id: number;
  readonly logProb: number | null;
  /** Code points that are complete before it; negative by what it shares with the text before. */
  readonly offset: number;
}

export function logprobsOf(tokens: readonly TextToken[], tokenizer: Tokenizer): Logprobs {
  return {
    tokens: tokens.map(({ id }) => tokenName(id, tokenizer)),
    token_logprobs: tokens.map(({ logProb }) => logProb),
    top_logprobs: null,
    text_offset: tokens.map(({ offset }) => offset),
  };
}

export function joinLogprobs(a: Logprobs | null, b: Logprobs | null): Logprobs | null {
  if (!a || !b) return a ?? b;
  return {
    tokens: [...a.tokens, ...b.tokens],
    token_logprobs: [...a.token_logprobs, ...b.token_logprobs],
    top_logprobs: null,
    text_offset: [...a.text_offset, ...b.text_offset],
  };
}

/** The tokens of a prompt, which nobody drew. */
export function givenTokens(ids: ArrayLike<number>, tokenizer: Tokenizer): TextToken[] {
  const decoder = tokenizer.createDecoder();
  let offset = 0;
  return Array.from(ids, (id) => {
    const token = { id, logProb: null, offset };
    offset += countCodePoints(decoder.push([id]));
    return token;
  });
}

export function countCodePoints(text: string): number {
  return Array.from(text).length;
}

function tokenName(id: number, tokenizer: Tokenizer): string {
  const bytes = tokenizer.tokenBytes(id);
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return `bytes:${Array.from(bytes, (byte) => `\\x${byte.toString(16).padStart(2, "0")}`).join("")}`;
  }
}
