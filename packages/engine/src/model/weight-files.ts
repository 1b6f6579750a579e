import { SdttError } from "@sdtt/core";
import type { Engine, WeightFiles } from "../engine.ts";

/** What opens files of weights: an engine that maps them. */
export type FileOpener = Pick<Engine, "openFiles">;

/** The files that an engine can read; of one without files, none. */
export function openWeightFiles({ openFiles }: FileOpener): WeightFiles {
  return openFiles?.() ?? noFiles;
}

const noFiles: WeightFiles = {
  read: (path) =>
    Promise.reject(
      new SdttError(
        "usage",
        `This engine reads no files, and a weight lies in ${path}: read it into memory first.`,
      ),
    ),
  [Symbol.asyncDispose]: () => Promise.resolve(),
};
