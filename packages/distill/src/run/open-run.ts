import { dirname } from "node:path";
import { findCheckpoint } from "../checkpoint/load-checkpoint.ts";
import type { WholeCheckpoint } from "../checkpoint/load-checkpoint.ts";
import { removeLeftovers } from "../checkpoint/replace-directory.ts";
import { runDirectory } from "../checkpoint/run-directory.ts";
import type { RunDirectory } from "../checkpoint/run-directory.ts";
import { assertSameSettings } from "../checkpoint/settings.ts";
import type { RunSettings } from "../checkpoint/state-file.ts";
import { lockRun } from "./lock-run.ts";

/** A run's directory, which nobody else writes into meanwhile, and the checkpoint to resume from. */
export interface KeptRun extends AsyncDisposable {
  readonly directory: RunDirectory;
  readonly found: WholeCheckpoint | undefined;
  /** To be asked before each write. Throws `io` if another process took the directory over because this one seemed dead. */
  assertHeld(): Promise<void>;
}

/**
 * Opens the directory of a run, new or old.
 *
 * @throws SdttError `usage` if it was begun with other settings or another process writes into it; `checkpoint` if all its
 *   checkpoints are damaged.
 */
export async function openRun(
  path: string,
  settings: RunSettings,
  options: { signal?: AbortSignal | undefined } = {},
): Promise<KeptRun> {
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
