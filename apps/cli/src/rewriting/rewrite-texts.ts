import type { RandomStream } from "@sdtt/core";
import type { CausalLanguageModel, CausalSampleOptions } from "sdtt";
import { planGroup, streamFrom } from "./rewriting-plan.ts";
import type { RewritingPlan } from "./rewriting-plan.ts";

export interface GroupOptions extends Pick<CausalSampleOptions, "temperature" | "topP" | "topK" | "signal"> {
  readonly model: Pick<CausalLanguageModel, "network" | "tokenizer">;
  readonly plan: RewritingPlan;
  readonly first: number;
  readonly count: number;
  /** The most tokens of a text, the end-of-text token before it included. */
  readonly length: number;
  /** Of the draws. */
  readonly stream: RandomStream;
}

/**
 * Writes texts `first` to `first + count - 1` as lines of JSON. A text that has not ended within the length has no line: a
 * model that learns from it would learn to break off.
 */
export async function rewriteGroup(options: GroupOptions): Promise<string[]> {
  const { model, plan, first, count, length, stream, ...drawing } = options;
  const { network, tokenizer } = model;
  const { prompts, promptLengths } = planGroup(plan, first, count);
  const { tokens, lengths } = await network.generate({
    prompts,
    promptLengths,
    batch: count,
    length,
    endId: plan.endOfTextId,
    stream: streamFrom(stream, first),
    ...drawing,
  });
  return Array.from({ length: count }, (_, i) => {
    const ids = tokens.subarray(i * length + 1, i * length + lengths[i]!);
    if (ids.at(-1) !== plan.endOfTextId) return [];
    return [JSON.stringify({ index: first + i, text: tokenizer.decode(ids.subarray(0, -1)).trim() })];
  }).flat();
}
