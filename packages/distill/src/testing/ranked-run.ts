import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { createEngine } from "@sdtt/runtime";
import { inProcessCollectives } from "@sdtt/testing";
import { fileOf } from "../checkpoint/save-checkpoint.ts";
import { distill } from "../run/distill.ts";
import type { DistillOptions } from "../run/distill.ts";
import type { RunEvent } from "../run/run-event.ts";
import { randomOrder, smallDistillation } from "./small-run.ts";

export interface RankedOptions {
  /** Ranks, all in this process, each with an engine of its own. */
  readonly size: number;
  /** What they distil, in three micro-batches; the small distillation unless given. */
  readonly course?: Omit<DistillOptions, "engine"> | undefined;
  /** What a rank is told beside that. */
  readonly options: (rank: number) => Partial<DistillOptions>;
  readonly onEvent?: (event: RunEvent, rank: number) => void;
}

/** Runs to the end of all ranks; gives how each of them ended. */
export async function runRanked({
  size,
  course = smallDistillation(),
  options,
  onEvent,
}: RankedOptions): Promise<PromiseSettledResult<void>[]> {
  const sizes = { batchSize: 6, microBatchSize: 2, order: randomOrder({ batchSize: 6 }) };
  const runs = inProcessCollectives(size).map(async (ranks) => {
    await using engine = await createEngine({ threads: 1 });
    const run = distill({ ...course, ...sizes, ...options(ranks.rank), engine, ranks });
    for await (const event of run) onEvent?.(event, ranks.rank);
  });
  return Promise.allSettled(runs);
}

/** The numbers of a checkpoint's weights, as trained: the student's, or another network's of the method. */
export async function readRawWeights(checkpoint: string, companion?: string): Promise<Float32Array> {
  const bytes = await readFile(join(checkpoint, fileOf("raw.safetensors", companion)));
  const header = 8 + Number(bytes.readBigUInt64LE(0));
  return new Float32Array(Uint8Array.from(bytes.subarray(header)).buffer);
}

/** How far two arrays are apart, relative to the first. */
export function relativeDistance(first: Float32Array, second: Float32Array): number {
  if (first.length !== second.length) return Infinity;
  const norm = (values: Float32Array) => Math.sqrt(values.reduce((sum, value) => sum + value ** 2, 0));
  return norm(first.map((value, i) => value - second[i]!)) / norm(first);
}
