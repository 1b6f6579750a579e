import { matchesGlob } from "node:path/posix";
import { parse } from "yaml";
import { z } from "zod";
import { keepBestFormat } from "./data-file.ts";
import type { DataFile } from "./data-file.ts";

/** A longer header is none. */
const longestHeader = 2 ** 18;

const Patterns = z.union([z.string(), z.array(z.string())]).transform((value) => [value].flat());
const Split = z.object({ split: z.string(), path: Patterns });
const Config = z.object({
  config_name: z.string(),
  default: z.boolean().optional(),
  data_files: z.union([
    z.array(Split).min(1),
    Patterns.transform((path) => [{ split: "train", path }]),
    z
      .record(z.string(), Patterns)
      .transform((splits) => Object.entries(splits).map(([split, path]) => ({ split, path }))),
  ]),
});
const Header = z.object({ configs: z.array(Config).min(1) });

/** The splits that a dataset's card (`README.md`) tells in its header of YAML. */
export interface CardSplits {
  readonly files: readonly DataFile[];
  /** The config that is meant where none is named. */
  readonly defaultConfig: string | undefined;
}

/** Undefined if the card says nothing of files, or nothing that makes sense. */
export function splitsOfCard(card: string, paths: readonly string[]): CardSplits | undefined {
  const header = /^\uFEFF?---\r?\n([\s\S]*?)\r?\n---/.exec(card.slice(0, longestHeader))?.[1];
  const { success, data } = Header.safeParse(readYaml(header ?? ""));
  if (!success) return undefined;
  const files = data.configs.flatMap(({ config_name: config, data_files: splits }) =>
    splits.flatMap(({ split, path: patterns }) =>
      paths
        .filter((path) => patterns.some((pattern) => matchesGlob(path, pattern.replace(/^\.\//, ""))))
        .map((path) => ({ config, split, path })),
    ),
  );
  return {
    files: keepBestFormat(files),
    defaultConfig: data.configs.find((config) => config.default)?.config_name,
  };
}

function readYaml(text: string): unknown {
  try {
    return parse(text, { maxAliasCount: 100, logLevel: "silent" });
  } catch {
    return undefined;
  }
}
