import type { SequenceChange } from "@sdtt/scheduler";

/** What a step of one text has revealed, and what was masked again since the one before. */
export interface TextReveal {
  /** Which of the sequences of the request. */
  readonly index: number;
  /** Counts from 0; `steps` for the final pass over the left-overs. */
  readonly step: number;
  readonly steps: number;
  readonly revealed: SequenceChange;
}
