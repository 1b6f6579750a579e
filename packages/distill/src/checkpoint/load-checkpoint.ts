import { join } from "node:path";
import { alone, SdttError } from "@sdtt/core";
import type { Collective } from "@sdtt/core";
import type { ParameterSpec } from "@sdtt/models";
import type { Engine } from "@sdtt/runtime";
import { fillAll } from "../ranks/share-array.ts";
import { flatLayout } from "../state/flat-layout.ts";
import { createTrainingState } from "../state/training-state.ts";
import type { TrainingState } from "../state/training-state.ts";
import { damageOf } from "./digest.ts";
import { modelFiles } from "./model-directory.ts";
import { fillFromFile } from "./parameter-file.ts";
import type { RunDirectory } from "./run-directory.ts";
import { fileOf, savedSteps, stateFiles } from "./save-checkpoint.ts";
import { readStateFile } from "./state-file.ts";
import type { StateFile } from "./state-file.ts";

/** A checkpoint whose files are all as they were saved. */
export interface WholeCheckpoint {
  readonly path: string;
  readonly state: StateFile;
  /** Newer ones that were skipped, and why. */
  readonly damaged: readonly string[];
}

/**
 * The newest checkpoint that is whole; undefined if there is none at all.
 *
 * @throws SdttError `checkpoint` if there are some and all are damaged: starting over is for a person to decide.
 */
export async function findCheckpoint(run: RunDirectory): Promise<WholeCheckpoint | undefined> {
  const damaged: string[] = [];
  for (const step of await savedSteps(run)) {
    const path = run.checkpoint(step);
    const found = await inspect(run, path);
    if (typeof found !== "string") return { path, state: found, damaged };
    damaged.push(found);
  }
  if (damaged.length === 0) return undefined;
  throw new SdttError(
    "checkpoint",
    `No checkpoint in ${run.checkpoints} is complete: ${damaged.join("; ")}. Remove the directory to start again.`,
  );
}

/** The state of a checkpoint, or what is wrong with it. */
async function inspect(run: RunDirectory, path: string): Promise<StateFile | string> {
  let state: StateFile;
  try {
    state = await readStateFile(path);
  } catch (error) {
    return (error as Error).message.replace(/\.$/, "");
  }
  const wanted = stateFiles.map(([, file]) => file);
  const missing = wanted.find((name) => !(name in state.files));
  if (missing !== undefined) return `${path} does not list ${missing}`;
  for (const [name, digest] of Object.entries(state.files)) {
    const damage = await damageOf(join(path, name), digest);
    if (damage !== undefined) return damage;
  }
  const { teacher } = state;
  return (teacher && (await damageOf(join(run.round(teacher.round), teacher.file), teacher.digest))) ?? state;
}

/** Places the state of a checkpoint in an engine: the student's, or that of a network which is trained beside it. */
export async function restoreState(options: {
  engine: Engine;
  parameters: readonly ParameterSpec[];
  path: string;
  companion?: string | undefined;
  /** Rank 0 reads. */
  ranks?: Collective | undefined;
}): Promise<TrainingState> {
  const { engine, parameters, path, companion, ranks = alone } = options;
  const layout = flatLayout(parameters);
  const from = (file: string) => fillAll(ranks, fillFromFile(join(path, fileOf(file, companion)), layout));
  const state = await createTrainingState({ engine, parameters, initial: from(modelFiles.weights) });
  for (const [name, file] of stateFiles) {
    if (name !== "weights") await from(file)(state.arrays[name]);
  }
  return state;
}
