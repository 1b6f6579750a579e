import type { Measurement } from "../training/stepper.ts";
import type { UpdateReport } from "../training/updates.ts";

/** What happens in a run, in its order. */
export type RunEvent =
  | ResumeEvent
  | UpdateEvent
  | ValidationEvent
  | SampleEvent
  | CheckpointEvent
  | RoundEndEvent;

/** A run resumes from a checkpoint. Comes first, if at all. */
export interface ResumeEvent {
  readonly kind: "resume";
  readonly step: number;
  readonly path: string;
  /** Newer checkpoints that were skipped because they are damaged, and how. */
  readonly damaged: readonly string[];
}

export interface UpdateEvent extends UpdateReport {
  readonly kind: "update";
  /** Updates done in all, and in all to do. */
  readonly step: number;
  readonly steps: number;
  /** The round of a distillation, from 1; 0 for training. */
  readonly round: number;
  readonly seconds: number;
  readonly tokensPerSecond: number;
}

/**
 * Held-out loss under the moving average: nats per token for training, the divergence from the teacher for self-distillation
 * through time.
 */
export interface ValidationEvent extends Measurement {
  readonly kind: "validation";
  readonly step: number;
  readonly round: number;
  /** Of texts that the student writes, if that was asked for: of each its ids' entropy in nats, then the mean. */
  readonly entropy?: number;
}

/** What the model writes now, under the moving average. */
export interface SampleEvent {
  readonly kind: "sample";
  readonly step: number;
  /** Ids of each text. */
  readonly tokens: readonly Int32Array[];
}

export interface CheckpointEvent {
  readonly kind: "checkpoint";
  readonly step: number;
  readonly path: string;
}

/** A student is done. */
export interface RoundEndEvent {
  readonly kind: "round-end";
  readonly step: number;
  readonly round: number;
  /** Steps that the student samples in, where the method aims at a number. */
  readonly studentSteps?: number;
  /** The student as a model, if the run is kept in a directory. */
  readonly path?: string;
}
