import { detokenizers } from "@sdtt/data";
import type { DetokenizerName, DocumentSlice } from "@sdtt/data";
import { downloadDataset, isDatasetReference, parseDatasetReference } from "@sdtt/hub";
import { printLine } from "../context.ts";
import type { CliContext } from "../context.ts";
import { withDownloadProgress } from "../download-progress.ts";

/** What `--data` may be, for the help. */
export const dataForms =
  "a file (.txt, .jsonl, .parquet, also .gz and .zst), a folder, a pattern, or hf:organisation/name:split";

/** What `--detokenizer` may be. */
export const detokenizerNames: readonly ["none", ...DetokenizerName[]] = [
  "none",
  ...(Object.keys(detokenizers) as DetokenizerName[]),
];

/** Data on this machine. */
export interface FoundData {
  readonly sources: string | readonly string[];
  readonly slice?: DocumentSlice | undefined;
}

/** The files that a path, or a dataset of the Hub, stands for; says on stderr what it downloads. */
export async function findData(
  name: string,
  { offline }: { readonly offline?: boolean | undefined },
  context: CliContext,
): Promise<FoundData> {
  if (!isDatasetReference(name)) return { sources: name };
  const { env: environment, signal, stderr } = context;
  const reference = parseDatasetReference(name);
  const hub = { environment, signal, ...(offline && { offline }) };
  const { files, split, isPartial } = await withDownloadProgress(context, (onEvent) =>
    downloadDataset({ reference, ...hub, onEvent }),
  );
  if (isPartial) {
    printLine(
      stderr,
      `warning: of ${name} only the beginning of the split ${split} is available as Parquet.`,
    );
  }
  return { sources: files, slice: reference.slice };
}
