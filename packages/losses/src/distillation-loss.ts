import type { Logits, Loss } from "./loss.ts";

/**
 * The name of a distillation loss. `kl-bwd` is the paper's KLD and the best of them. `mse` and `tvd` are the paper's;
 * `mse-released` and `tvd-released` are what the released code does under those names, and `tvd-log` is the latter
 * without the mask column. `js` is the Jensen-Shannon divergence.
 */
export type DistillationLossName =
  | "kl-bwd"
  | "kl-fwd"
  | "js"
  | "mse"
  | "tvd"
  | "tvd-log"
  | "mse-released"
  | "tvd-released";

/** A loss by its name, or as the published models call it: `kld` is `kl-bwd`. */
export type DistillationLossAlias = "kld";

/** The name itself; other names are left as they are. */
export function canonicalLossName<Name extends string>(name: Name): Exclude<Name, "kld"> | "kl-bwd" {
  return name === "kld" ? "kl-bwd" : (name as Exclude<Name, "kld">);
}

/** How far a student is from its teacher at some positions (arXiv 2410.21035, section 3.1 and appendix B). */
export interface DistillationLoss {
  readonly name: DistillationLossName;
  /**
   * The weighted sum of the rows' divergences, and its gradient by the student's raw logits. No rows give zero.
   * Throws `usage` where the sizes contradict each other. Values are not checked: NaN in is NaN out.
   */
  evaluate(batch: DistillationBatch): Loss;
}

/** The masked positions of a batch, one a row. The last id is the mask; its logit is ignored (SUBS). */
export interface DistillationBatch {
  /** The student's raw logits, `[rows, vocabSize]`. */
  readonly student: Logits;
  /**
   * The teacher's raw logits or log-probabilities, `[rows, vocabSize]`; both give the same. The `-released` losses read
   * the mask column, and so need logits, of student and teacher.
   */
  readonly teacher: Logits;
  /** Number of ids, the mask included; at least 2. */
  readonly vocabSize: number;
  /**
   * What each row adds to the loss, `[rows]`; absent, `1 / rows`, which makes it a mean. A row of weight 0 is padding
   * and is not read.
   */
  readonly weights?: ArrayLike<number> | undefined;
}
