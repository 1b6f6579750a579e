import { isUnderWay, lastStep, latestStep } from "./run.ts";
import type { Run } from "./run.ts";

/** Which step is looked at. */
export interface Playhead {
  /** 0 is before the first. */
  readonly step: number;
  /** `following` what arrives, `playing` by the clock, or `resting` where it was put. */
  readonly mode: "following" | "playing" | "resting";
}

/** After something arrived. */
export function followRuns(playhead: Playhead, runs: readonly Run[]): Playhead {
  if (playhead.mode !== "following") return playhead;
  const step = Math.max(0, ...runs.map(latestStep));
  return { step, mode: runs.some(isUnderWay) ? "following" : "resting" };
}

/** Puts it at a step, within what has arrived. */
export function chooseStep(step: number, runs: readonly Run[]): Playhead {
  return { step: clampStep(step, runs), mode: "resting" };
}

/** Plays from the start where it is at the end; a second time, stops. */
export function togglePlaying({ step, mode }: Playhead, runs: readonly Run[]): Playhead {
  if (mode === "playing") return { step, mode: "resting" };
  return { step: step >= lastStep(runs) ? 0 : step, mode: "playing" };
}

/** A beat of the clock. */
export function playOn({ step, mode }: Playhead, runs: readonly Run[]): Playhead {
  if (mode !== "playing") return { step, mode };
  const next = clampStep(step + 1, runs);
  return { step: next, mode: next >= lastStep(runs) || next === step ? "resting" : "playing" };
}

function clampStep(step: number, runs: readonly Run[]): number {
  return Math.min(Math.max(0, step), Math.max(0, ...runs.map(latestStep)));
}
