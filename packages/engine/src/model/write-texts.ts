import { tensor, throwIfAborted } from "@sdtt/core";
import type { RandomStream } from "@sdtt/core";
import type { CausalConfig } from "@sdtt/models";
import type { Engine } from "../engine.ts";
import type { BoundSession } from "./bound-session.ts";
import { checkDraws, checkHidden } from "./check-outputs.ts";
import type { DrawHead } from "./draw-head.ts";
import { int64Tensor } from "./int64.ts";
import { createKeyValueCache } from "./key-value-cache.ts";
import type { Precision } from "./precision.ts";

/** A text under way. */
interface WrittenText {
  /** Its place among all texts. */
  readonly index: number;
  /** Ids, `[length]`, the prompt in place. */
  readonly tokens: Int32Array;
  /** Tokens of its prompt. */
  readonly prompt: number;
  readonly stream: RandomStream;
}

export interface WriteOptions extends Precision {
  readonly engine: Engine;
  readonly config: CausalConfig;
  readonly step: BoundSession;
  readonly draw: DrawHead;
  readonly texts: readonly WrittenText[];
  readonly endId: number | undefined;
  readonly signal: AbortSignal | undefined;
}

/** The tokens that one pass has drawn: at one position, of the texts that were not still in their prompts nor ended. */
export interface WrittenTokens {
  /** Counts from 1. */
  readonly pass: number;
  readonly position: number;
  /** By their `index`. */
  readonly texts: Int32Array;
  readonly ids: Int32Array;
  readonly logProbs: Float32Array;
}

/**
 * Fills texts in: first what all prompts have, in one pass, then one position at a time. A longer prompt is read while the
 * others are written. Stops when every text has ended.
 */
export async function* writeTexts(options: WriteOptions): AsyncGenerator<WrittenTokens> {
  const { engine, config, dtype, step, draw, texts, endId, signal } = options;
  const [batch, length] = [texts.length, texts[0]!.tokens.length];
  await using cache = await createKeyValueCache({ engine, config, dtype, batch, capacity: length });
  const ended = new Set<number>();
  const underWay = () => [...texts.keys()].filter((i) => !ended.has(i));
  /** The first position from here on that is to be drawn of any text; none if all have ended. */
  const nextToDraw = (from: number) => Math.max(from, Math.min(...underWay().map((i) => texts[i]!.prompt)));
  for (let [end, pass] = [nextToDraw(0), 1]; end < length; [end, pass] = [nextToDraw(end + 1), pass + 1]) {
    throwIfAborted(signal);
    const start = cache.length;
    const count = end - start;
    const writing = underWay().filter((i) => texts[i]!.prompt <= end);
    const { past, present } = cache.grow(count);
    const { hidden } = await step.run(
      {
        tokens: int64Tensor(
          [batch, count],
          Int32Array.from(texts.flatMap((text) => [...text.tokens.subarray(start, end)])),
        ),
        rows: int64Tensor(
          [writing.length],
          Int32Array.from(writing, (i) => (i + 1) * count - 1),
        ),
        start: int64Tensor([1], Int32Array.of(start)),
        ...past,
      },
      present,
    );
    const uniforms = Float64Array.from(writing, (i) => texts[i]!.stream.uniform(end));
    const rows = tensor("float32", hidden!.shape, hidden!.data as Float32Array);
    const places = Int32Array.from(writing.keys());
    const drawn = { rows: Int32Array.from(writing, (i) => texts[i]!.index * length + end), length };
    checkHidden(rows.data, places, config.hiddenSize, drawn);
    const { ids, logProbs } = await draw(rows, uniforms);
    checkDraws(places, logProbs, drawn);
    writing.forEach((i, place) => {
      texts[i]!.tokens[end] = ids[place]!;
      if (ids[place] === endId) ended.add(i);
    });
    yield { pass, position: end, texts: Int32Array.from(writing, (i) => texts[i]!.index), ids, logProbs };
  }
}
