import { access } from "node:fs/promises";
import { join } from "node:path";
import { SdttError } from "@sdtt/core";
import { downloadSnapshot, parseModelReference, selectCheckpointFiles } from "@sdtt/hub";
import type { DownloadListener, HubOptions } from "@sdtt/hub";
import { tinyModelFolder } from "@sdtt/tiny";

export interface LocateModelOptions {
  /** Of the Hub: environment, cache, network. */
  readonly hub?: HubOptions | undefined;
  readonly offline?: boolean | undefined;
  readonly onDownload?: DownloadListener | undefined;
  readonly signal?: AbortSignal | undefined;
}

/**
 * The folder or file on disk that a name stands for, downloaded if need be: a short name (`sdtt:kld/7`, `mdlm`, `tiny`), a
 * repository (`org/name@revision`), or a path. A name with a slash that is a folder or file here means that, unless it begins
 * with `hf:`. The folder of a run of `train` or `distill` stands for its newest checkpoint that is whole.
 *
 * @throws SdttError `usage` for a name that is none; `not-found` for a run without a checkpoint, `checkpoint` for one whose
 *   checkpoints are all damaged; what `downloadSnapshot` throws.
 */
export async function locateModel(name: string, options: LocateModelOptions = {}): Promise<string> {
  if (await isHere(name)) return modelAt(name);
  const reference = parseModelReference(name);
  if (reference.kind === "bundled") return tinyModelFolder(reference.model);
  if (reference.kind === "path") return modelAt(reference.path);
  const { hub = {}, offline, onDownload, signal } = options;
  const { directory } = await downloadSnapshot({
    ...hub,
    repo: reference.repo,
    revision: reference.revision,
    files: selectCheckpointFiles,
    ...(offline === undefined ? {} : { offline }),
    ...(onDownload ? { onEvent: onDownload } : {}),
    ...(signal ? { signal } : {}),
  });
  return directory;
}

/** What a path stands for: itself, or the newest checkpoint of a run. */
async function modelAt(path: string): Promise<string> {
  // Few models are the folder of a run, and training is much code.
  const { findCheckpoint, runDirectory } = await import("@sdtt/distill");
  const run = runDirectory(path);
  if (!(await exists(run.checkpoints)) && !(await exists(run.round(0)))) return path;
  const found = await findCheckpoint(run);
  if (found) return found.path;
  throw new SdttError(
    "not-found",
    `${path} is a run that has kept no checkpoint yet: wait for its first, or name a model in ${join(path, "rounds")}.`,
  );
}

async function isHere(name: string): Promise<boolean> {
  if (!/[/\\]/.test(name) || name.startsWith("hf:")) return false;
  return exists(name);
}

function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}
