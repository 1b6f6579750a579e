import { createTokenizer, trainBytePairEncoding } from "@sdtt/tokenizer";
import type { Tokenizer } from "@sdtt/tokenizer";

export interface SmallTokenizer {
  /** What would be in `tokenizer.json`. */
  readonly json: string;
  readonly tokenizer: Tokenizer;
}

/** A tokenizer with a few merges of these texts. */
export async function smallTokenizer(texts: readonly string[], vocabSize = 300): Promise<SmallTokenizer> {
  const json = JSON.stringify(await trainBytePairEncoding({ texts, vocabSize }));
  return { json, tokenizer: createTokenizer(json) };
}

/** Texts of words, from a few to a few hundred of them. */
export function smallTexts(count: number): string[] {
  const words = ["the", "whale", "sea", "captain", "said", "nothing", "at", "all", "é", "✓"];
  return Array.from({ length: count }, (_, text) =>
    Array.from({ length: (text * 37) % 300 }, (_, i) => words[(i * i + 3 * text) % words.length]).join(" "),
  );
}
