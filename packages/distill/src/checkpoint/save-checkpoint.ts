import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { isSdttError, SdttError } from "@sdtt/core";
import type { TrainingProgress } from "../progress.ts";
import type { TrainingState } from "../state/training-state.ts";
import { digestFile } from "./digest.ts";
import type { FileDigest } from "./digest.ts";
import { modelFiles, writeModel } from "./model-directory.ts";
import type { ModelIdentity } from "./model-directory.ts";
import { writeParameters } from "./parameter-file.ts";
import { namesIn, removeDirectory, replaceDirectory } from "./replace-directory.ts";
import { stepOfName } from "./run-directory.ts";
import type { RunDirectory } from "./run-directory.ts";
import { writeStateFile } from "./state-file.ts";
import type { RunSettings, TeacherRecord } from "./state-file.ts";

/** Adam's moments, under the names that PyTorch gives them in an optimizer's state. */
export const momentFiles = {
  firstMoment: "exp_avg.safetensors",
  secondMoment: "exp_avg_sq.safetensors",
} as const;

/** Where each array of a state is kept; the gradient is zero whenever a state is saved. */
export const stateFiles = Object.entries({ ...modelFiles, ...momentFiles }) as [
  keyof typeof modelFiles | keyof typeof momentFiles,
  string,
][];

/** The same of a network that is trained beside the student. */
export const fileOf = (file: string, companion?: string): string =>
  companion === undefined ? file : `${companion}_${file}`;

export interface SaveCheckpointOptions {
  readonly directory: RunDirectory;
  readonly state: TrainingState;
  /** Of the networks that are trained beside the student, by their names. */
  readonly companions?: Readonly<Record<string, TrainingState>>;
  readonly identity: ModelIdentity;
  readonly progress: TrainingProgress;
  readonly settings: RunSettings;
  readonly teacher?: TeacherRecord | undefined;
  /** How many checkpoints to keep, this one included. */
  readonly keepLast: number;
}

/**
 * Saves all that it takes to resume, as one directory that is a model in the Hub's layout too. It is there whole or not at
 * all; the oldest go only after it is.
 *
 * @returns its path.
 * @throws SdttError `io` if the disk refuses; `numeric` if the weights are not finite. Earlier checkpoints are then as before.
 */
export async function saveCheckpoint(options: SaveCheckpointOptions): Promise<string> {
  const { directory: run, state, companions = {}, identity } = options;
  const { progress, settings, teacher, keepLast } = options;
  const { layout, arrays } = state;
  const path = run.checkpoint(progress.step);
  await keepOrExplain(`Update ${progress.step}`, path, async (directory) => {
    await writeModel({ directory, identity, layout, arrays });
    for (const name of ["firstMoment", "secondMoment"] as const) {
      await writeParameters({ path: join(directory, momentFiles[name]), layout, flat: arrays[name] });
    }
    for (const [companion, { arrays: own }] of Object.entries(companions)) {
      for (const [name, file] of stateFiles) {
        await writeParameters({ path: join(directory, fileOf(file, companion)), layout, flat: own[name] });
      }
    }
    const files: Record<string, FileDigest> = {};
    for (const name of (await readdir(directory)).toSorted()) {
      files[name] = await digestFile(join(directory, name));
    }
    await writeStateFile(directory, { progress, settings, ...(teacher ? { teacher } : {}), files });
  });
  const steps = await savedSteps(run);
  // Later ones can only be damaged: a whole one would have been gone on from.
  const later = steps.filter((step) => step > progress.step);
  const older = steps.slice(later.length + Math.max(1, keepLast));
  for (const step of [...later, ...older]) await removeDirectory(run.checkpoint(step));
  return path;
}

/** The steps that checkpoints exist of, the newest first. */
export async function savedSteps(run: RunDirectory): Promise<number[]> {
  const steps = (await namesIn(run.checkpoints)).map(stepOfName).filter((step) => step !== undefined);
  return steps.toSorted((a, b) => b - a);
}

/**
 * Keeps a model of a round.
 *
 * @param arrays - as of `writeModel`.
 * @param teaches - which of its files the next round is taught from.
 */
export async function saveRound(
  run: RunDirectory,
  round: number,
  options: Omit<Parameters<typeof writeModel>[0], "directory"> & { teaches: keyof typeof modelFiles },
): Promise<{ path: string; teacher: TeacherRecord }> {
  const path = run.round(round);
  await keepOrExplain(`Round ${round}`, path, (directory) => writeModel({ ...options, directory }));
  const file = modelFiles[options.teaches];
  return { path, teacher: { round, file, digest: await digestFile(join(path, file)) } };
}

async function keepOrExplain(
  what: string,
  path: string,
  fill: (directory: string) => Promise<void>,
): Promise<void> {
  try {
    await replaceDirectory(path, fill);
  } catch (cause) {
    if (!isSdttError(cause) || cause.code !== "io") throw cause;
    throw new SdttError(
      "io",
      `${what} could not be saved: ${cause.message} Earlier checkpoints are untouched: free some space, then run the command again to resume from them.`,
      { cause },
    );
  }
}
