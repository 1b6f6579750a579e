import { join } from "node:path";
import type { Report } from "@sdtt/report";
import type { CliContext } from "../context.ts";
import { examineFamily, planFamily } from "./family.ts";
import type { Family, FamilyOptions, Opening } from "./family.ts";
import { measureFamilies, reportOf } from "./measure-families.ts";
import { createMeasuringProgress } from "./measuring-progress.ts";
import { measurementSchema } from "./measurement-schema.ts";
import { openResults } from "./results-file.ts";

export interface EvaluateFamiliesOptions {
  readonly context: CliContext;
  readonly opening: Opening;
  readonly families: readonly FamilyOptions[];
  /** The directory that holds what was measured. */
  readonly out: string;
}

/** Measures families and reports on each; what was measured in the directory before is not measured again. */
export async function evaluateFamilies(options: EvaluateFamiliesOptions): Promise<Report[]> {
  const { context, opening, families, out } = options;
  // What cannot be is said before anything is read.
  for (const family of families) planFamily(family);
  const progress = createMeasuringProgress(context);
  try {
    const examined: Family[] = [];
    for (const family of families) examined.push(await examineFamily(family, { context, opening }));
    const results = await openResults(join(out, "results.jsonl"), measurementSchema);
    await measureFamilies({ context, opening, families: examined, results, progress });
    return examined.map((family) => reportOf(family, results));
  } finally {
    progress.close();
  }
}
