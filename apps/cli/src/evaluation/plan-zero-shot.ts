import type { ZeroShotSet } from "@sdtt/eval";
import { parseDatasetReference, planDataset } from "@sdtt/hub";
import type { PlannedFile } from "@sdtt/hub";
import { formatBytes, formatTable, plural } from "@sdtt/report/text";
import type { CliContext } from "../context.ts";

/** What the sets are, and what of them would be downloaded: a table, and the sum. */
export async function planZeroShot(
  sets: readonly ZeroShotSet[],
  { offline }: { readonly offline?: boolean },
  { env: environment, signal }: CliContext,
): Promise<string> {
  const rows: string[][] = [];
  const missing: PlannedFile[] = [];
  for (const { title, data } of sets) {
    const reference = parseDatasetReference(data);
    const { files, revision } = await planDataset({
      reference,
      environment,
      signal,
      ...(offline && { offline }),
    });
    const toDownload = files.filter(({ isCached }) => !isCached);
    missing.push(...toDownload);
    rows.push([title, data, revision, String(files.length), sizeOf(files), sizeOf(toDownload)]);
  }
  const columns = [
    { title: "set" },
    { title: "data" },
    { title: "revision" },
    { title: "files", align: "right" as const },
    { title: "size", align: "right" as const },
    { title: "to download", align: "right" as const },
  ];
  return `${formatTable(columns, rows)}\n\nTo download: ${plural(missing.length, "file")}, ${sizeOf(missing)}.`;
}

function sizeOf(files: readonly PlannedFile[]): string {
  return formatBytes(files.reduce((sum, { size }) => sum + size, 0));
}
