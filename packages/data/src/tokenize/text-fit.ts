import type { Tokenizer } from "@sdtt/tokenizer";

/** How well a tokenizer's vocabulary suits a text. */
export interface TextFit {
  /** In UTF-16 code units, over the whole text. */
  readonly charactersPerToken: number;
  /** Bytes of a token, the mean over the vocabulary. */
  readonly vocabularyMean: number;
  /** False for a text that is mostly markup, code or another language than the vocabulary was learnt from. */
  readonly suits: boolean;
}

/**
 * A text in the tokenizer's own language has about 0.6 to 0.8 of the vocabulary's mean length for each token; code, markup
 * and other languages have less than half of it, whatever the tokenizer (measured with GPT-2's and with one of 4,096 tokens;
 * see the README).
 */
const leastShare = 0.5;

/** Fewer tokens are no sample. */
const leastTokens = 1000;

export function measureTextFit(
  { characters, tokens }: { characters: number; tokens: number },
  tokenizer: Tokenizer,
): TextFit {
  let bytes = 0;
  for (let id = 0; id < tokenizer.vocabSize; id++) bytes += tokenizer.tokenBytes(id).length;
  const [charactersPerToken, vocabularyMean] = [characters / tokens, bytes / tokenizer.vocabSize];
  const suits = tokens < leastTokens || charactersPerToken >= leastShare * vocabularyMean;
  return { charactersPerToken, vocabularyMean, suits };
}
