import { formatRank, keepBestFormat } from "./data-file.ts";
import type { DataFile } from "./data-file.ts";

const keywords: Readonly<Record<string, string>> = {
  train: "train",
  training: "train",
  validation: "validation",
  valid: "validation",
  val: "validation",
  dev: "validation",
  test: "test",
  testing: "test",
  eval: "test",
  evaluation: "test",
};

/**
 * The splits of a repository by the names of its files, as the Hub and Python's datasets tell them: shards
 * (`data/train-00000-of-00080.parquet`, `config/train-...`), a split's name within that of a file or a folder
 * (`my-test.jsonl`, `validation/a.parquet`), and where there is no such name at all, one split `train`.
 */
export function filesByConvention(paths: readonly string[]): DataFile[] {
  const readable = paths.filter((path) => formatRank(path) >= 0);
  const named = readable.map(splitByName).filter((file) => file !== undefined);
  if (named.length > 0) return keepBestFormat(named);
  // A text beside the data may be a licence.
  const nameless = readable.filter((path) => !/\.txt/i.test(path));
  return keepBestFormat(nameless.map((path) => ({ config: "default", split: "train", path })));
}

/**
 * The splits of the revision `refs/convert/parquet`, where the Hub keeps a copy of a dataset as Parquet:
 * `config/split/0000.parquet`, and `config/partial-split/0000.parquet` where only the beginning was copied.
 */
export function filesOfConversion(paths: readonly string[]): (DataFile & { readonly isPartial: boolean })[] {
  return paths.toSorted().flatMap((path) => {
    const { config, partial, split } =
      /^(?<config>[^/]+)\/(?<partial>partial-)?(?<split>[^/]+)\/[^/]+\.parquet$/.exec(path)?.groups ?? {};
    return config === undefined ? [] : [{ config, split: split!, path, isPartial: partial !== undefined }];
  });
}

function splitByName(path: string): DataFile | undefined {
  const segments = path.split("/");
  const folders = segments.slice(segments[0] === "data" ? 1 : 0, -1);
  const stem = segments.at(-1)!.replace(/\.[^-]*$/, "");
  const shard = /^(?<split>.+?)-\d{4,6}-of-\d{4,6}/.exec(segments.at(-1)!)?.groups?.["split"];
  const split = shard ?? keywordIn(stem);
  if (split !== undefined) return { config: folders.join("/") || "default", split, path };
  const ofFolder = keywordIn(folders.at(-1) ?? "");
  if (ofFolder === undefined) return undefined;
  return { config: folders.slice(0, -1).join("/") || "default", split: ofFolder, path };
}

function keywordIn(name: string): string | undefined {
  return name
    .toLowerCase()
    .split(/[^a-z]+/)
    .map((part) => keywords[part])
    .find((split) => split !== undefined);
}
