export { joinAllowed } from "./allowed-tokens.ts";
export type { AllowedTokens } from "./allowed-tokens.ts";
export type { Precision, PrecisionOptions } from "./answer-by-distribution.ts";
export { drawCategorical } from "./categorical.ts";
export { drawFromDistribution } from "./draw-from-distribution.ts";
export type { DrawnToken, DistributionDraw } from "./draw-from-distribution.ts";
export { createSequence } from "./create-sequence.ts";
export type { SequenceOptions } from "./create-sequence.ts";
export { maskTokens } from "./forward-process.ts";
export type { MaskTokensOptions } from "./forward-process.ts";
export { createGrid, samplingTime } from "./grid.ts";
export type { Grid } from "./grid.ts";
export { checkGuidance, drawGuided, withoutPrompts } from "./guided-draw.ts";
export type { GuidedDrawOptions } from "./guided-draw.ts";
export { finishSampling } from "./lock-step.ts";
export type { SampleResult, StepEvent } from "./lock-step.ts";
export { maskLevels, maskOrders } from "./mask-levels.ts";
export type { MaskLevelsOptions, MaskOrder } from "./mask-levels.ts";
export { revealOrders } from "./planned-reveals.ts";
export type { RevealOrder } from "./planned-reveals.ts";
export { revealOptionsOf } from "./reveal-options.ts";
export type { RevealOptions } from "./reveal-options.ts";
export { sample } from "./sample.ts";
export type { SampleOptions } from "./sample.ts";
export { isRemasking, leastSteps, rewrites, samplers, takesOrder, takesSteps } from "./sampler.ts";
export type { RemaskingSampler, Sampler } from "./sampler.ts";
export { sampleScore } from "./sample-score.ts";
export type { SampleScoreOptions } from "./sample-score.ts";
export {
  cosineSchedule,
  cosineSquaredSchedule,
  createSchedule,
  geometricSchedule,
  linearSchedule,
  logLinearSchedule,
  maskProbability,
} from "./schedules.ts";
export type { NoiseBounds, Schedule, ScheduleName } from "./schedules.ts";
export type { Revealed, Sequence, SequenceChange, SequenceProjection, SequenceRequest } from "./sequence.ts";
export {
  analyticFactor,
  ancestralStepProbabilities,
  eulerFactor,
  scoreStepProbabilities,
} from "./step-probabilities.ts";
export type { AncestralStep, ScoreStep } from "./step-probabilities.ts";
export { sliceDraws } from "./slice-draws.ts";
export { atStep } from "./step-error.ts";
export type { TextOptions, TextProjection } from "./texts.ts";
