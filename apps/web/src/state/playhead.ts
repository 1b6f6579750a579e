import { isUnderWay, lastStep, latestStep } from "./run.ts";
import type { Run } from "./run.ts";

/** Which step is looked at. */
export interface Playhead {
  /** 0 is before the first. */
  readonly step: number;
  /**
   * - `writing`: shows a new text by the clock, as far as it has arrived
   * - `following`: shows whatever has arrived at once
   * - `playing`: shows a text again, by the clock
   * - `resting`: where it was put
   */
  readonly mode: "writing" | "following" | "playing" | "resting";
}

/** After something arrived. */
export function followRuns(playhead: Playhead, runs: readonly Run[]): Playhead {
  switch (playhead.mode) {
    case "following":
      return { step: arrivedStep(runs), mode: runs.some(isUnderWay) ? "following" : "resting" };
    case "writing":
      return advance(playhead, runs, 0);
    default:
      return playhead;
  }
}

/** Puts it at a step, within what has arrived. */
export function chooseStep(step: number, runs: readonly Run[]): Playhead {
  return { step: Math.min(Math.max(0, step), arrivedStep(runs)), mode: "resting" };
}

/** Shows all that has arrived, and what is yet to come as it comes. */
export function skipAhead(runs: readonly Run[]): Playhead {
  return followRuns({ step: 0, mode: "following" }, runs);
}

/** Plays from the start where it is at the end; a second time, stops. */
export function togglePlaying({ step, mode }: Playhead, runs: readonly Run[]): Playhead {
  if (mode === "playing") return { step, mode: "resting" };
  return { step: step >= lastStep(runs) ? 0 : step, mode: "playing" };
}

/** A beat of the clock. */
export function playOn(playhead: Playhead, runs: readonly Run[], stride: number): Playhead {
  const { mode } = playhead;
  return mode === "writing" || mode === "playing" ? advance(playhead, runs, stride) : playhead;
}

/** Whether a text is being written, as far as one can see. */
export function isBeingWritten({ mode }: Playhead, runs: readonly Run[]): boolean {
  return mode === "writing" || mode === "following" || runs.some(isUnderWay);
}

/** The latest step that is there to look at. */
export function arrivedStep(runs: readonly Run[]): number {
  return Math.max(0, ...runs.map(latestStep));
}

/** Advances by a stride, but not past the slowest of the texts that are under way: they are compared at the same steps. */
function advance({ step, mode }: Playhead, runs: readonly Run[], stride: number): Playhead {
  const slowest = runs.filter(isUnderWay).map(latestStep);
  const limit = Math.max(step, slowest.length > 0 ? Math.min(...slowest) : arrivedStep(runs));
  const next = Math.min(step + stride, limit);
  return { step: next, mode: slowest.length === 0 && next >= limit ? "resting" : mode };
}
