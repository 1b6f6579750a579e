import { SdttError, tensor, throwIfAborted } from "@sdtt/core";
import type { RandomStream } from "@sdtt/core";
import type { CausalConfig } from "@sdtt/models";
import type { Engine } from "../engine.ts";
import type { BoundSession } from "./bound-session.ts";
import type { DrawHead, DrawSettings } from "./draw-head.ts";
import { createKeyValueCache } from "./key-value-cache.ts";
import type { Precision } from "./precision.ts";
import { checkDrawSettings, checkRowsRequest } from "./requests.ts";

export interface GenerateRequest extends DrawSettings {
  /** What the texts begin with, `[batch * prompt]`, at least one token each. */
  readonly prompts: Int32Array;
  readonly batch: number;
  /** Positions of a finished text, its prompt included. */
  readonly length: number;
  /** Text i draws position p with `uniform(p)` of the child i: what it gets does not depend on the others. */
  readonly stream: RandomStream;
  readonly signal?: AbortSignal | undefined;
}

export interface WriteOptions extends Precision {
  readonly engine: Engine;
  readonly config: CausalConfig;
  readonly step: BoundSession;
  readonly draw: DrawHead;
  /** Each with its prompt in place. */
  readonly texts: readonly { readonly tokens: Int32Array; readonly stream: RandomStream }[];
  readonly prompt: number;
  readonly signal: AbortSignal | undefined;
}

/** Fills texts in: first the prompts in one pass, then one position at a time. */
export async function writeTexts(options: WriteOptions): Promise<void> {
  const { engine, config, dtype, step, draw, texts, prompt, signal } = options;
  const [batch, length] = [texts.length, texts[0]!.tokens.length];
  await using cache = await createKeyValueCache({ engine, config, dtype, batch, capacity: length });
  for (let end = prompt; end < length; end++) {
    throwIfAborted(signal);
    const start = cache.length;
    const count = end - start;
    const fresh = texts.flatMap((text) => [...text.tokens.subarray(start, end)]);
    const { past, present } = cache.grow(count);
    const { hidden } = await step.run(
      {
        tokens: int64([batch, count], fresh),
        rows: int64(
          [batch],
          texts.map((_, i) => (i + 1) * count - 1),
        ),
        start: int64([1], [start]),
        ...past,
      },
      present,
    );
    const uniforms = Float64Array.from(texts, (text) => text.stream.uniform(end));
    const { ids } = await draw(tensor("float32", hidden!.shape, hidden!.data as Float32Array), uniforms);
    texts.forEach((text, i) => (text.tokens[end] = ids[i]!));
  }
}

/** The length of the prompts, once all is in range. */
export function checkGenerate(request: GenerateRequest, vocabSize: number): number {
  const { prompts, batch, length } = request;
  const prompt = prompts.length / batch;
  if (!(prompt >= 1 && prompt < length)) {
    throw new SdttError(
      "usage",
      `Each of ${batch} prompts needs at least one token and room up to ${length}; got ${prompts.length} in all.`,
    );
  }
  checkRowsRequest({ tokens: prompts, batch, length: prompt, rows: new Int32Array(0) }, vocabSize);
  checkDrawSettings(request);
  return prompt;
}

/** Texts with their prompts in place, `[batch * length]`. */
export function beginTexts({ prompts, batch, length }: GenerateRequest, prompt: number): Int32Array {
  const tokens = new Int32Array(batch * length);
  for (let i = 0; i < batch; i++) tokens.set(prompts.subarray(i * prompt, (i + 1) * prompt), i * length);
  return tokens;
}

function int64(shape: readonly number[], values: readonly number[]) {
  return tensor("int64", shape, BigInt64Array.from(values, BigInt));
}
