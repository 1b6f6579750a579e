import type { TextRange } from "@sdtt/queue";
import type { LanguageModel } from "sdtt";
import type { TextRequest } from "./text-request.ts";

/**
 * Writes the texts of a range as lines of JSON. A line follows from the request and the number of its text alone: it holds no times,
 * and no passes, which texts share.
 */
export async function writeTextLines(
  model: LanguageModel,
  { model: name, sampling }: TextRequest,
  { first, count }: TextRange,
  signal: AbortSignal,
): Promise<string[]> {
  const { texts, tokens, seed } = await model.sample({
    ...sampling,
    samples: count,
    sequenceOffset: first,
    signal,
  });
  return texts.map((text, i) => {
    const ids = tokens[i]!;
    const raw = model.tokenizer.decode(ids);
    return JSON.stringify({ model: name, seed, index: first + i, text, tokens: [...ids], raw });
  });
}
