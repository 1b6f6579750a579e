import { join } from "node:path";

/** Where the parts of a run lie. */
export interface RunDirectory {
  readonly path: string;
  /** Holds a directory for each checkpoint. */
  readonly checkpoints: string;
  /** Who writes into the run, for as long as somebody does. */
  readonly lock: string;
  checkpoint(step: number): string;
  /** The student at the end of a round, a model of its own; round 0 is the first teacher. */
  round(number: number): string;
}

export function runDirectory(path: string): RunDirectory {
  const checkpoints = join(path, "checkpoints");
  return {
    path,
    checkpoints,
    lock: join(path, "run.lock"),
    checkpoint: (step) => join(checkpoints, `step-${String(step).padStart(8, "0")}`),
    round: (number) => join(path, "rounds", `round-${number}`),
  };
}

/** The step of a checkpoint by the name of its directory; undefined if it is none. */
export function stepOfName(name: string): number | undefined {
  const digits = /^step-(\d{8,15})$/.exec(name)?.[1];
  return digits === undefined ? undefined : Number(digits);
}
