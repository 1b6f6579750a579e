import type { MaskOrder, Schedule } from "@sdtt/scheduler";

/** How a run masks its texts. */
export interface NoiseSettings {
  readonly schedule: Schedule;
  /** Spreads the times of a batch evenly. */
  readonly antithetic: boolean;
  /** Which positions are masked together. */
  readonly maskOrder: MaskOrder;
  /** Never masks the first position of a block, which holds the BOS; false unless given. */
  readonly keepBos?: boolean | undefined;
}
