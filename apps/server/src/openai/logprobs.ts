import type { Tokenizer } from "@sdtt/tokenizer";

/** OpenAI's `logprobs`: lists of one length. */
export interface Logprobs {
  /** The text of each token, `bytes:\xe2\x82` for a token that is not whole characters. */
  readonly tokens: readonly string[];
  /** Null for tokens of the prompt: the model is not asked about them. */
  readonly token_logprobs: readonly (number | null)[];
  /** The law of a token that was drawn is not kept, so its alternatives are not known. */
  readonly top_logprobs: null;
  /**
   * Unicode code points of the choice's text that the tokens before this one complete: of a character of several tokens,
   * each has the place of the character.
   */
  readonly text_offset: readonly number[];
}

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
  return [...text].length;
}

function tokenName(id: number, tokenizer: Tokenizer): string {
  const bytes = tokenizer.tokenBytes(id);
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return `bytes:${Array.from(bytes, (byte) => `\\x${byte.toString(16).padStart(2, "0")}`).join("")}`;
  }
}
