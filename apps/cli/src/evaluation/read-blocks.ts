import type { Packing } from "@sdtt/data";
import type { Samples } from "@sdtt/eval";
import type { Checkpoint } from "@sdtt/hub";
import { openTokenizer } from "sdtt";
import type { CliContext } from "../context.ts";
import { openData } from "../training/open-data.ts";

export interface BlocksOptions {
  readonly context: CliContext;
  /** Whose tokenizer is used, and what it was named. */
  readonly checkpoint: Checkpoint;
  readonly name: string;
  readonly length: number;
  readonly packing: Packing;
  readonly field: string;
  readonly cache: string | undefined;
  /** Takes only the first blocks. */
  readonly most: number;
}

/** Text as blocks of ids of a model, the first of them. */
export async function readBlocks(sources: string, options: BlocksOptions): Promise<Samples> {
  const { checkpoint, name, length, most } = options;
  const { tokenizer: own } = checkpoint;
  // Refuses a checkpoint whose tokenizer is missing: without a file of its own it is GPT-2's.
  await openTokenizer(checkpoint, name);
  const tokenizer = own && "path" in own ? own : { name: "gpt2" };
  await using blocks = await openData(sources, { ...options, tokenizer });
  const batch = Math.min(most, blocks.blockCount);
  return { tokens: await blocks.read(Array.from({ length: batch }, (_, i) => i)), batch, length };
}
