import type { RandomStream } from "@sdtt/core";
import type { ResidentWeights } from "@sdtt/runtime";
import type { Objective } from "../programs/objective.ts";
import type { Deal } from "../ranks/deal.ts";
import type { MicroBatch } from "./micro-batch.ts";

/** What is particular to a kind of training: an objective, and what it makes of blocks of text. */
export interface Task {
  readonly objective: Objective;
  /** The other networks that the objective reads parameters of, by their names in its inputs. */
  readonly networks?: Readonly<Record<string, ResidentWeights>>;
  /**
   * Blocks, `[n, length]` with n a multiple of the micro-batch size, in pieces whose losses add up to the whole's. Only those pieces
   * that fall to this rank.
   */
  microBatches(
    blocks: Int32Array,
    at: {
      /** All that the forward process depends on. */
      readonly noise: RandomStream;
      /** All that the teacher's trajectory depends on. */
      readonly teacher: RandomStream;
      readonly deal: Deal;
      readonly signal?: AbortSignal | undefined;
    },
  ): AsyncIterable<MicroBatch>;
}
