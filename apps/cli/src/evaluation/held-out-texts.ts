import type { DetokenizerName, Packing } from "@sdtt/data";
import type { Samples } from "@sdtt/eval";
import type { Checkpoint } from "@sdtt/hub";
import { openTokenizer } from "sdtt";
import type { CliContext } from "../context.ts";
import { openData } from "../training/open-data.ts";

interface HeldOutOptions {
  /** Whose tokenizer and length are meant. */
  readonly checkpoint: Checkpoint;
  /** What messages call it. */
  readonly model: string;
  readonly data: string;
  readonly field: string;
  readonly detokenizer?: DetokenizerName | "none" | undefined;
  readonly packing: Packing;
  readonly length?: number | undefined;
  /** The first blocks only; all unless given. */
  readonly texts?: number | undefined;
  readonly dataCache?: string | undefined;
  readonly offline?: boolean | undefined;
}

/** Blocks of a corpus, as a model reads them. */
interface HeldOutTexts {
  readonly texts: Samples;
  /** In the whole corpus. */
  readonly blockCount: number;
  /** Names all blocks of the corpus. */
  readonly fingerprint: string;
}

export async function readHeldOutTexts(options: HeldOutOptions, context: CliContext): Promise<HeldOutTexts> {
  const { checkpoint, model, data, dataCache: cache, texts = Infinity, ...reading } = options;
  const { tokenizer: own, description } = checkpoint;
  // Refuses a checkpoint whose tokenizer is missing: without a file of its own it is GPT-2's.
  await openTokenizer(checkpoint, model);
  const tokenizer = own && "path" in own ? own : { name: "gpt2" };
  const length = options.length ?? description.config.length;
  await using blocks = await openData(data, { ...reading, context, tokenizer, length, cache });
  const { blockCount, fingerprint } = blocks;
  const batch = Math.min(texts, blockCount);
  const tokens = await blocks.read(Array.from({ length: batch }, (_, i) => i));
  return { texts: { tokens, batch, length }, blockCount, fingerprint };
}
