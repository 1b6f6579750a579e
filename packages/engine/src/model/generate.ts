import { SdttError, throwIfAborted, checkDrawSettings, checkRowsRequest } from "@sdtt/core";
import type { GeneratedTexts, GeneratedTokens, GenerateRequest } from "@sdtt/core";
import type { CausalConfig } from "@sdtt/models";
import type { Engine } from "../engine.ts";
import type { BoundSession } from "./bound-session.ts";
import { checkLengths, checkMaxLength } from "./causal-texts.ts";
import type { DrawHead } from "./draw-head.ts";
import { cacheTooLarge, isOutOfMemory } from "./out-of-memory.ts";
import type { Precision } from "./precision.ts";
import { writeTexts } from "./write-texts.ts";

interface GenerateOptions extends Precision {
  readonly request: GenerateRequest;
  readonly engine: Engine;
  readonly config: CausalConfig;
  readonly maxLength: number;
  /** How many positions may be written together. Made less where that was too much. */
  readonly room: { positions: number };
  readonly open: () => Promise<{ readonly step: BoundSession; readonly draw: DrawHead }>;
}

/** Writes texts in groups that fit. */
export async function* generateTexts(
  options: GenerateOptions,
): AsyncGenerator<GeneratedTokens, GeneratedTexts> {
  const { request, engine, config, dtype, maxLength, room, open } = options;
  const promptLengths = checkGenerate(request, { vocabSize: config.vocabSize, maxLength });
  throwIfAborted(request.signal);
  const { step, draw } = await open();
  const { batch, length, stream, endId, signal } = request;
  const tokens = beginTexts(request, promptLengths);
  const lengths = promptLengths.slice();
  let passes = 0;
  for (let first = 0; first < batch;) {
    const count = Math.min(Math.max(1, Math.floor(room.positions / length)), batch - first);
    const texts = Array.from({ length: count }, (_, i) => ({
      index: first + i,
      tokens: tokens.subarray((first + i) * length, (first + i + 1) * length),
      prompt: promptLengths[first + i]!,
      stream: stream.child(first + i),
    }));
    try {
      for await (const written of writeTexts({ engine, config, dtype, step, draw, texts, endId, signal })) {
        passes = Math.max(passes, written.pass);
        const news = newTokens(written, lengths);
        for (const text of news.texts) lengths[text] = news.position + 1;
        if (news.texts.length > 0) yield news;
      }
      first += count;
    } catch (error) {
      // Fewer begin again from their prompts: what a text draws hangs on its own stream alone.
      if (!isOutOfMemory(error)) throw error;
      if (count === 1) throw cacheTooLarge(error, { length, config, dtype });
      room.positions = Math.ceil(count / 2) * length;
    }
  }
  return { tokens, lengths, passes };
}

/** What has not been told before the group had to begin again. */
function newTokens(
  { position, texts, ids, logProbs }: GeneratedTokens,
  lengths: Int32Array,
): GeneratedTokens {
  const isNew = (_: number, i: number) => position >= lengths[texts[i]!]!;
  return { position, texts: texts.filter(isNew), ids: ids.filter(isNew), logProbs: logProbs.filter(isNew) };
}

/** The length of each prompt, once all is in range. */
function checkGenerate(
  request: GenerateRequest,
  { vocabSize, maxLength }: { readonly vocabSize: number; readonly maxLength: number },
): Int32Array {
  const { prompts, promptLengths, batch, length, endId } = request;
  const width = prompts.length / batch;
  const longest = promptLengths?.reduce((most, count) => Math.max(most, count), 0) ?? width;
  if (!(width >= 1 && longest < length)) {
    throw new SdttError(
      "usage",
      `Each of ${batch} prompts needs at least one token and room up to ${length}; got ${prompts.length} in all.`,
    );
  }
  checkRowsRequest({ tokens: prompts, batch, length: width, rows: new Int32Array(0) }, vocabSize);
  checkLengths(promptLengths, { batch, length: width }, "prompt");
  // The last token of a text is drawn and not read.
  checkMaxLength(length - 1, maxLength);
  checkDrawSettings(request);
  if (endId !== undefined && !(Number.isInteger(endId) && endId >= 0 && endId < vocabSize)) {
    throw new SdttError(
      "usage",
      `The token that ends a text is ${endId}: out of range, 0 to ${vocabSize - 1}.`,
    );
  }
  return promptLengths ?? new Int32Array(batch).fill(width);
}

/** Texts with their prompts in place, `[batch * length]`. */
function beginTexts(
  { prompts, batch, length, endId = 0 }: GenerateRequest,
  promptLengths: Int32Array,
): Int32Array {
  const tokens = new Int32Array(batch * length).fill(endId);
  const width = prompts.length / batch;
  promptLengths.forEach((count, i) => tokens.set(prompts.subarray(i * width, i * width + count), i * length));
  return tokens;
}
