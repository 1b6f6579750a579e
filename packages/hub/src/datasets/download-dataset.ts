import { readFile } from "node:fs/promises";
import { listed } from "@sdtt/checkpoint";
import { isSdttError, SdttError } from "@sdtt/core";
import type { HubOptions } from "../client/connection.ts";
import type { DownloadListener } from "../download/download-event.ts";
import { downloadSnapshot, planSnapshot } from "../download/download-snapshot.ts";
import type { DownloadOptions, PlannedFile } from "../download/download-snapshot.ts";
import { filesByConvention, filesOfConversion } from "./by-convention.ts";
import type { DatasetReference } from "./dataset-reference.ts";
import { selectSplit } from "./select-split.ts";
import type { SelectedSplit } from "./select-split.ts";

export interface DatasetOptions extends HubOptions {
  readonly reference: DatasetReference;
  readonly onEvent?: DownloadListener;
}

/** A split of a dataset. */
export interface LocatedSplit {
  readonly config: string;
  readonly split: string;
  /** The revision that its files are of: `refs/convert/parquet` for the Hub's own copy. */
  readonly revision: string;
  /** True if the Hub's copy has only the beginning of the split. */
  readonly isPartial: boolean;
}

export interface DownloadedDataset extends LocatedSplit {
  /** Where the files lie, in the order of the documents. */
  readonly files: readonly string[];
  /** False if the Hub could not be asked whether there is a newer version. */
  readonly isCurrent: boolean;
}

export interface DatasetPlan extends LocatedSplit {
  readonly files: readonly PlannedFile[];
}

/** Where the Hub keeps a copy as Parquet of datasets in other formats, and of those that were scripts. */
const conversion = "refs/convert/parquet";

/**
 * Makes a split of a dataset available in the cache that Python uses too, verified and resumed as checkpoints are. Which
 * files it has is told by the dataset's card, else by their names; for a dataset that is a script or of another format by the
 * copy that the Hub makes of it.
 *
 * @throws SdttError `usage` for a config or a split that does not exist, with those that do; what `downloadSnapshot` throws.
 */
export async function downloadDataset(options: DatasetOptions): Promise<DownloadedDataset> {
  const { located, result } = await locate(options, downloadSnapshot);
  return { ...located, files: [...result.files.values()], isCurrent: result.isCurrent };
}

/** What `downloadDataset` would download, and what is in the cache already. Throws as it does. */
export async function planDataset(options: DatasetOptions): Promise<DatasetPlan> {
  const { located, result } = await locate(options, planSnapshot);
  return { ...located, files: result };
}

/** The split in the revision that is asked for, else in the Hub's copy. */
async function locate<T>(
  { reference, ...hub }: DatasetOptions,
  act: (options: DownloadOptions) => Promise<T>,
): Promise<{ located: LocatedSplit; result: T }> {
  const { repo, revision = "main" } = reference;
  try {
    return await actOn(revision, findInRepository);
  } catch (error) {
    if (reference.revision !== undefined || !mayBeElsewhere(error)) throw explain(error);
    return await actOn(conversion, async (paths) => findInConversion(paths, reference)).catch(
      (second: unknown) => {
        const isThere = !isSdttError(second) || second.code !== "not-found";
        throw explain(isThere ? second : error);
      },
    );
  }

  async function actOn(
    at: string,
    find: (paths: readonly string[], fetch: (path: string) => Promise<string>) => Promise<Found>,
  ): Promise<{ located: LocatedSplit; result: T }> {
    let located: LocatedSplit | undefined;
    const result = await act({
      ...hub,
      repo,
      kind: "dataset",
      revision: at,
      files: async (paths, fetch) => {
        const { config, split, isPartial = false, paths: wanted } = await find(paths, fetch);
        located = { config, split, revision: at, isPartial };
        return wanted;
      },
    });
    return { located: located!, result };
  }

  async function findInRepository(
    paths: readonly string[],
    fetch: (path: string) => Promise<string>,
  ): Promise<Found> {
    const card = paths.includes("README.md") ? await readFile(await fetch("README.md"), "utf8") : "";
    // Loaded here, because models have no need of a reader of YAML.
    const { splitsOfCard } = await import("./card-configs.ts");
    const told = splitsOfCard(card, paths);
    if (told && told.files.length > 0) return selectSplit(told.files, reference, told.defaultConfig);
    const isScript = paths.includes(`${repo.split("/").at(-1)}.py`);
    const files = isScript || told ? [] : filesByConvention(paths);
    if (files.length === 0) throw new NoDataFiles(paths);
    return selectSplit(files, reference);
  }

  function explain(error: unknown): unknown {
    if (!(error instanceof NoDataFiles)) return error;
    return new SdttError(
      "not-found",
      `The dataset ${repo}@${revision} has no files of texts that can be read (Parquet, JSONL, text), and the Hub has no copy of it as Parquet. It has ${listed(error.paths, 10)}.`,
      { cause: error },
    );
  }
}

type Found = SelectedSplit & { readonly isPartial?: boolean };

function findInConversion(paths: readonly string[], reference: DatasetReference): Found {
  const files = filesOfConversion(paths);
  if (files.length === 0) throw new NoDataFiles(paths);
  const selected = selectSplit(files, reference);
  return {
    ...selected,
    isPartial: files.some(({ path, isPartial }) => isPartial && selected.paths.includes(path)),
  };
}

/** A repository whose files say nothing of splits. */
class NoDataFiles extends Error {
  override readonly name = "NoDataFiles";
  readonly paths: readonly string[];

  constructor(paths: readonly string[]) {
    super("no data files");
    this.paths = paths;
  }
}

/** Without a network, only the Hub's copy may be in the cache. */
function mayBeElsewhere(error: unknown): boolean {
  return error instanceof NoDataFiles || (isSdttError(error) && error.code === "not-found");
}
