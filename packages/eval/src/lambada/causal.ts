import { createStream, throwIfAborted } from "@sdtt/core";
import type { CausalModel } from "@sdtt/core";
import { checkScored } from "../finite.ts";
import { cutContext } from "./items.ts";
import type { LambadaItem } from "./items.ts";
import { summarise } from "./result.ts";
import type { Answer, Lambada } from "./result.ts";

/** What of an autoregressive model finds words. */
export type LambadaModel = Pick<CausalModel, "score" | "generate" | "maxLength">;

export interface CausalLambadaOptions {
  readonly model: LambadaModel;
  readonly items: readonly LambadaItem[];
  /** Passages at once; 32 unless given. */
  readonly batchSize?: number | undefined;
  /** Told how many of the passages are done. */
  readonly onProgress?: ((done: number, total: number) => void) | undefined;
  readonly signal?: AbortSignal | undefined;
}

/**
 * LAMBADA of an autoregressive model: right if the likeliest token is that of the word at each of its places, which is to say if
 * writing on with the likeliest tokens gives the word. Perplexity is exact. A context that is too long loses its beginning.
 *
 * @throws SdttError `numeric` where a log-probability or the perplexity is not finite.
 */
export async function lambadaOfCausalModel(options: CausalLambadaOptions): Promise<Lambada> {
  const { model, items, batchSize = 32, onProgress, signal } = options;
  const order = [...items.keys()].sort((a, b) => items[a]!.context.length - items[b]!.context.length);
  const answers: Answer[] = [];
  for (let first = 0; first < order.length; first += batchSize) {
    throwIfAborted(signal);
    const chosen = order.slice(first, first + batchSize);
    const batch = chosen.map((i) => items[i]!);
    const found = await answer(model, batch, { signal, nameOf: (i) => chosen[i]! });
    found.forEach((of, i) => (answers[chosen[i]!] = of));
    onProgress?.(first + batch.length, items.length);
  }
  return summarise(
    answers,
    "last word and its space after the passage; right if every token is the likeliest; perplexity of words, exact",
  );
}

async function answer(
  model: LambadaModel,
  items: readonly LambadaItem[],
  { signal, nameOf }: { readonly signal: AbortSignal | undefined; readonly nameOf: (i: number) => number },
): Promise<Answer[]> {
  const batch = items.length;
  const longestWord = items.reduce((most, { word }) => Math.max(most, word.length), 0);
  const contexts = items.map(({ context }) => cutContext(context, model.maxLength - longestWord));
  const width = contexts.reduce((most, context) => Math.max(most, context.length), 0);
  const length = width + longestWord;
  const whole = new Int32Array(batch * length);
  const prompts = new Int32Array(batch * width);
  contexts.forEach((context, i) => {
    prompts.set(context, i * width);
    whole.set(context, i * length);
    whole.set(items[i]!.word, i * length + context.length);
  });
  const promptLengths = Int32Array.from(contexts, (context) => context.length);
  const lengths = promptLengths.map((count, i) => count + items[i]!.word.length);

  const scores = await model.score({ tokens: whole, batch, length, lengths, signal });
  // The likeliest tokens do not depend on the stream.
  const stream = createStream(0);
  const written = await model.generate({ prompts, promptLengths, batch, length, topK: 1, stream, signal });
  return items.map(({ word }, i) => {
    let [nats, isRight] = [0, true];
    word.forEach((id, j) => {
      const position = promptLengths[i]! + j;
      const logProb = scores[i * length + position]!;
      checkScored({ logProb, id, text: nameOf(i), position });
      nats -= logProb;
      isRight &&= written.tokens[i * length + position] === id;
    });
    return { nats, isRight };
  });
}
