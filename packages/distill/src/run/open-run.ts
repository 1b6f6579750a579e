import { dirname } from "node:path";
import { findCheckpoint } from "../checkpoint/load-checkpoint.ts";
import type { WholeCheckpoint } from "../checkpoint/load-checkpoint.ts";
import { removeLeftovers } from "../checkpoint/replace-directory.ts";
import { runDirectory } from "../checkpoint/run-directory.ts";
import type { RunDirectory } from "../checkpoint/run-directory.ts";
import { assertSameSettings } from "../checkpoint/settings.ts";
import type { RunSettings } from "../checkpoint/state-file.ts";

/** A run's directory and the checkpoint to go on from. */
export interface KeptRun {
  readonly directory: RunDirectory;
  readonly found: WholeCheckpoint | undefined;
}

/**
 * Opens the directory of a run, new or old.
 *
 * @throws SdttError `usage` if it was begun with other settings; `checkpoint` if all its checkpoints are damaged.
 */
export async function openRun(path: string, settings: RunSettings): Promise<KeptRun> {
  const directory = runDirectory(path);
  for (const parent of [directory.checkpoints, dirname(directory.round(0))]) await removeLeftovers(parent);
  const found = await findCheckpoint(directory);
  if (found) assertSameSettings(path, found.state.settings, settings);
  return { directory, found };
}
