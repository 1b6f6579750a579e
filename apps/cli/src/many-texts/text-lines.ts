import type { TextRange } from "@sdtt/queue";
import type { LanguageModel } from "sdtt";
import { sampleWithEffort } from "./effort.ts";
import type { TextRequest } from "./text-request.ts";

/**
 * Writes the texts of a range as lines of JSON. A line follows from the request and the number of its text alone: it holds no times,
 * and no passes, which texts share. Only where a request asks for the effort, the first line of a range has it.
 *
 * @param options.now - milliseconds, monotonic.
 */
export async function writeTextLines(
  model: LanguageModel,
  { model: name, sampling, effort: wantsEffort }: TextRequest,
  { first, count }: TextRange,
  { now, signal }: { readonly now: () => number; readonly signal: AbortSignal },
): Promise<string[]> {
  const options = { ...sampling, samples: count, sequenceOffset: first, signal };
  const { sample, effort } = await sampleWithEffort(model, options, now);
  const { texts, tokens, seed } = sample;
  return texts.map((text, i) => {
    const ids = tokens[i]!;
    const raw = model.tokenizer.decode(ids);
    const line = { model: name, seed, index: first + i, text, tokens: [...ids], raw };
    return JSON.stringify(wantsEffort && i === 0 ? { ...line, effort } : line);
  });
}
