export { consistencyLoss } from "./consistency.ts";
export type { ConsistencyBatch } from "./consistency.ts";
export { crossEntropy } from "./cross-entropy.ts";
export type { CrossEntropy, CrossEntropyBatch } from "./cross-entropy.ts";
export { canonicalLossName } from "./distillation-loss.ts";
export type {
  DistillationBatch,
  DistillationLoss,
  DistillationLossAlias,
  DistillationLossName,
} from "./distillation-loss.ts";
export { inverseFakeLoss, inverseStudentLoss } from "./inverse-distillation.ts";
export type { InverseBatch } from "./inverse-distillation.ts";
export type { Logits, Loss } from "./loss.ts";
export { nelbo, nelboWeight } from "./nelbo.ts";
export type { Nelbo, NelboBatch } from "./nelbo.ts";
export { distillationLoss, distillationLossNames } from "./registry.ts";
export { consistencyGradient } from "./graph/consistency.ts";
export { crossEntropyGradient } from "./graph/cross-entropy.ts";
export { divergenceGradient, trainableLossNames } from "./graph/divergences.ts";
export type { TrainableLossName } from "./graph/divergences.ts";
export { headLoss } from "./graph/head-loss.ts";
export type { HeadLoss, HeadLossOptions } from "./graph/head-loss.ts";
export { logRatioGradient, softCrossEntropyGradient, softTargets } from "./graph/inverse-distillation.ts";
export type { RowLossGradient } from "./graph/row-loss.ts";
