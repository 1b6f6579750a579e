/** Where a run stands: with the flat arrays and the configuration, all that it takes to resume as if never stopped. */
export interface TrainingProgress {
  /** Updates done in all. Data order and every random draw follow from it and the seed. */
  readonly step: number;
  /** Updates since the optimizer was last reset. */
  readonly optimizerStep: number;
  /** Updates of the moving average since it was last reset. */
  readonly averageStep: number;
  /** The round of a distillation, from 1, and updates done in it; 0 and 0 for training. */
  readonly round: number;
  readonly roundStep: number;
}

export const startOfTraining: TrainingProgress = {
  step: 0,
  optimizerStep: 0,
  averageStep: 0,
  round: 0,
  roundStep: 0,
};

/** One update further. */
export function advance(progress: TrainingProgress): TrainingProgress {
  return {
    ...progress,
    step: progress.step + 1,
    optimizerStep: progress.optimizerStep + 1,
    averageStep: progress.averageStep + 1,
  };
}
