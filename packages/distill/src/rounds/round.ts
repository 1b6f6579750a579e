/** A stretch of a distillation with one teacher. At its end the student is kept, and teaches the next one. */
export interface Round {
  /** Counts from 1. */
  readonly number: number;
  readonly updates: number;
  /** Steps that the student is made to sample in, where the method aims at a number. */
  readonly studentSteps?: number;
}
