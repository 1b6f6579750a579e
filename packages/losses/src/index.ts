export { crossEntropy } from "./cross-entropy.ts";
export type { CrossEntropy, CrossEntropyBatch } from "./cross-entropy.ts";
export type { DistillationBatch, DistillationLoss, DistillationLossName } from "./distillation-loss.ts";
export type { Logits, Loss } from "./loss.ts";
export { nelbo, nelboWeight } from "./nelbo.ts";
export type { Nelbo, NelboBatch } from "./nelbo.ts";
export { distillationLoss, distillationLossNames } from "./registry.ts";
