import { access } from "node:fs/promises";
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
 * with `hf:`.
 *
 * @throws SdttError `usage` for a name that is none; what `downloadSnapshot` throws.
 */
export async function locateModel(name: string, options: LocateModelOptions = {}): Promise<string> {
  if (await isHere(name)) return name;
  const reference = parseModelReference(name);
  if (reference.kind === "bundled") return tinyModelFolder;
  if (reference.kind === "path") return reference.path;
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

async function isHere(name: string): Promise<boolean> {
  if (!/[/\\]/.test(name) || name.startsWith("hf:")) return false;
  return access(name).then(
    () => true,
    () => false,
  );
}
