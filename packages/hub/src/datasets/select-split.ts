import { listed } from "@sdtt/checkpoint";
import { SdttError } from "@sdtt/core";
import type { DataFile } from "./data-file.ts";
import { formatDatasetReference } from "./dataset-reference.ts";
import type { DatasetReference } from "./dataset-reference.ts";

/** The part of a dataset that is wanted. */
export interface SelectedSplit {
  readonly config: string;
  readonly split: string;
  /** Inside the repository. */
  readonly paths: readonly string[];
}

/**
 * The files of the config and the split that a reference names. Where it names none, those that there is only one of, or the
 * default config.
 *
 * @throws SdttError `usage` that lists the configs or the splits.
 */
export function selectSplit(
  files: readonly DataFile[],
  reference: DatasetReference,
  defaultConfig?: string,
): SelectedSplit {
  const { repo } = reference;
  const configs = [...new Set(files.map(({ config }) => config))];
  const only = configs.length === 1 ? configs[0] : undefined;
  const wanted = reference.config ?? defaultConfig ?? only ?? configs.find((name) => name === "default");
  const config = configs.find((name) => name === wanted);
  if (config === undefined) {
    const problem = wanted === undefined ? "comes in several configs" : `has no config "${wanted}"`;
    const example = formatDatasetReference({ ...reference, config: configs[0]! });
    throw new SdttError(
      "usage",
      `The dataset ${repo} ${problem}; it has ${listed(configs, 20)}. Write ${example}, for example.`,
    );
  }
  const ofConfig = files.filter((file) => file.config === config);
  const splits = [...new Set(ofConfig.map(({ split }) => split))];
  const split = reference.split ?? (splits.length === 1 ? splits[0] : undefined);
  if (split === undefined || !splits.includes(split)) {
    const problem = split === undefined ? "comes in several splits" : `has no split "${split}"`;
    const name = configs.length > 1 ? `${repo}, config ${config},` : repo;
    const example = formatDatasetReference({ ...reference, split: splits.at(-1)! });
    throw new SdttError(
      "usage",
      `The dataset ${name} ${problem}; it has ${listed(splits, 20)}. Write ${example}, for example.`,
    );
  }
  return { config, split, paths: ofConfig.filter((file) => file.split === split).map(({ path }) => path) };
}
