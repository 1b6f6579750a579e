import { dirname } from "node:path";
import { alone } from "@sdtt/core";
import { findCheckpoint } from "../checkpoint/load-checkpoint.ts";
import type { WholeCheckpoint } from "../checkpoint/load-checkpoint.ts";
import { removeLeftovers } from "../checkpoint/replace-directory.ts";
import { runDirectory } from "../checkpoint/run-directory.ts";
import type { RunDirectory } from "../checkpoint/run-directory.ts";
import { assertSameSettings } from "../checkpoint/settings.ts";
import type { RunSettings } from "../checkpoint/state-file.ts";
import { lockRun } from "./lock-run.ts";
import type { RunOptions } from "./run-options.ts";

/** A run's directory, which nobody else writes into meanwhile, and the checkpoint to resume from. */
export interface KeptRun extends AsyncDisposable {
  readonly directory: RunDirectory;
  readonly found: WholeCheckpoint | undefined;
  /** To be asked before each write. Throws `io` if another process took the directory over because this one seemed dead. */
  assertHeld(): Promise<void>;
}

/**
 * Opens the directory of a run, new or old. Undefined for a run that is not kept, and at all ranks but the first, which keeps it.
 *
 * @throws SdttError `usage` if it was begun with other settings or another process writes into it; `checkpoint` if all its
 *   checkpoints are damaged.
 */
export async function openRun(
  settings: RunSettings,
  options: Pick<RunOptions, "directory" | "ranks" | "signal">,
): Promise<KeptRun | undefined> {
  const { directory: path, ranks = alone } = options;
  if (path === undefined || ranks.rank > 0) return undefined;
  const directory = runDirectory(path);
  const lock = await lockRun(directory, options);
  try {
    for (const parent of [directory.checkpoints, dirname(directory.round(0))]) await removeLeftovers(parent);
    const found = await findCheckpoint(directory);
    if (found) assertSameSettings(path, found.state.settings, settings);
    return { directory, found, ...lock };
  } catch (error) {
    await lock[Symbol.asyncDispose]();
    throw error;
  }
}
