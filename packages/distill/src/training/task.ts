import type { RandomStream } from "@sdtt/core";
import type { ResidentWeights } from "@sdtt/runtime";
import type { Objective } from "../programs/objective.ts";
import type { MicroBatch } from "./micro-batch.ts";
import type { NoisedBatch } from "./noised-batch.ts";

/** What is particular to training a denoiser or to distilling one: an objective, and what it asks of a noised batch. */
export interface Task {
  readonly objective: Objective;
  /** Where the teacher's projection lives, for distillation. */
  readonly teacher?: ResidentWeights;
  /** The least time to noise batches at. */
  readonly leastTime: number;
  /** A batch in pieces whose losses add up to the batch's. */
  microBatches(
    batch: NoisedBatch,
    at: { readonly stream: RandomStream; readonly signal?: AbortSignal | undefined },
  ): AsyncIterable<MicroBatch>;
}
