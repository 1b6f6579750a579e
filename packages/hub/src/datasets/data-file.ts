/** A file of a dataset's repository that holds a part of a split. */
export interface DataFile {
  /** `default` where the dataset has no variants. */
  readonly config: string;
  readonly split: string;
  /** Inside the repository. */
  readonly path: string;
}

/** Formats whose documents @sdtt/data reads, the best first: of one split, files of one format are taken. */
const formats = [/\.parquet$/i, /\.(jsonl|ndjson)(\.gz|\.zst)?$/i, /\.txt(\.gz|\.zst)?$/i];

/** The number of the format, from 0; -1 for one that cannot be read. */
export function formatRank(path: string): number {
  return formats.findIndex((format) => format.test(path));
}

/** The files of each split that are of its best format, in the order of their paths. */
export function keepBestFormat(files: readonly DataFile[]): DataFile[] {
  const best = new Map<string, number>();
  for (const { config, split, path } of files) {
    const [key, rank] = [`${config}\n${split}`, formatRank(path)];
    if (rank >= 0) best.set(key, Math.min(rank, best.get(key) ?? rank));
  }
  return files
    .filter(({ config, split, path }) => formatRank(path) === best.get(`${config}\n${split}`))
    .toSorted((a, b) => (a.path < b.path ? -1 : 1));
}
