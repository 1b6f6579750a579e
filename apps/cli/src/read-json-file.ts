import { readFile } from "node:fs/promises";
import { SdttError } from "@sdtt/core";

/**
 * The content of a config file.
 *
 * @throws SdttError `not-found` for a file that is not there, `format` for one that is not JSON.
 */
export async function readJsonFile(path: string): Promise<unknown> {
  try {
    return JSON.parse(await readFile(path, "utf8"));
  } catch (cause) {
    const missing = (cause as NodeJS.ErrnoException).code === "ENOENT";
    throw new SdttError(
      missing ? "not-found" : "format",
      missing
        ? `There is no config file ${path}.`
        : `${path} is not valid JSON: ${(cause as Error).message}.`,
      { cause },
    );
  }
}
