import type { Checkpoint } from "@sdtt/hub";
import type { DenoiserDescription } from "@sdtt/models";
import type { ResidentWeights } from "@sdtt/runtime";
import type { TrainingProgress } from "../progress.ts";
import type { Round } from "../rounds/round.ts";
import type { TrainingState } from "../state/training-state.ts";
import type { Measurement, TrainingOptions } from "../training/stepper.ts";
import type { UpdateReport } from "../training/updates.ts";

/**
 * A way to distil, with its options settled: all that rounds, runs and checkpoints know of it. A method is a folder beside
 * this file: its options and plan, its losses, its step.
 */
export interface MethodPlan {
  readonly rounds: readonly Round[];
  /** Which of the student's weights teach the next round. */
  readonly nextTeacher: "weights" | "average";
  /** Whether a round begins with fresh moments, and with the warm-up. */
  readonly resetOptimizer: boolean;
  /** Networks of the student's sizes that are trained beside it, each with weights, moments and an average of its own. */
  readonly companions: readonly Companion[];
  /** The noise input that the student gets, and the scale that it starts at; none but its own unless given. */
  readonly noise?: { readonly size: number; readonly scale: number } | undefined;
  /** Passes through a network for each text of an update. */
  readonly passes: { readonly forward: number; readonly backward: number };
  /** What the student's weights depend on beside what all runs have. */
  readonly settings: object;
  /** Begins the course. What it opens, it owns. */
  open(context: MethodContext): Promise<MethodStep>;
}

interface Companion {
  readonly name: string;
  /** What it starts from; the teacher unless given. */
  readonly initial?: Checkpoint | undefined;
}

/** What a method finds when it begins. */
export interface MethodContext extends TrainingOptions {
  readonly model: DenoiserDescription;
  /** The weights of the present round's teacher; from round to round others are written into them. */
  readonly teacher: ResidentWeights;
  /** The states of the companions by their names. */
  readonly companions: Readonly<Record<string, TrainingState>>;
  /** The number of the present round. */
  readonly round: () => number;
}

/** What a method does between two checkpoints. All randomness follows from the seed and the progress. */
export interface MethodStep extends AsyncDisposable {
  /** One update of every network in training. If it is stopped or fails, weights and moments are as before it. */
  update(progress: TrainingProgress, signal: AbortSignal | undefined): Promise<UpdateReport>;
  /** As `Trainer.measure`. */
  measure(blocks: Int32Array, options?: { signal?: AbortSignal | undefined }): Promise<Measurement>;
}
