import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { temporaryDirectory } from "@sdtt/testing";
import { writeSmallModel } from "./small-model.ts";
import type { SmallModelOptions } from "./small-model.ts";

/** A teacher, a student and a judge in a folder, and where a report on them is to be. */
export interface EvaluationScene extends AsyncDisposable {
  readonly folder: string;
  readonly teacher: string;
  readonly student: string;
  readonly judge: string;
  /** Writes another model; gives its folder. */
  write(name: string, options: SmallModelOptions): Promise<string>;
  readonly out: string;
  /** The file of measurements in it. */
  readonly results: string;
}

export async function openEvaluationScene(): Promise<EvaluationScene> {
  const folder = await temporaryDirectory();
  const write = async (name: string, options: SmallModelOptions) => {
    await mkdir(join(folder.path, name));
    await writeSmallModel(join(folder.path, name), options);
    return join(folder.path, name);
  };
  const out = join(folder.path, "report");
  return {
    folder: folder.path,
    teacher: await write("teacher", { seed: 1 }),
    student: await write("student", { seed: 2 }),
    judge: await write("judge", { family: "ar", seed: 3 }),
    write,
    out,
    results: join(out, "results.jsonl"),
    [Symbol.asyncDispose]: () => folder[Symbol.asyncDispose](),
  };
}
