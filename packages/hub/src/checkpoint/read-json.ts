import { SdttError } from "@sdtt/core";
import { openFile } from "../open-file.ts";

/** No config or index comes near this. */
const largest = 16 * 2 ** 20;

/**
 * Reads a JSON file whole.
 *
 * @throws SdttError `not-found` or `io` if it cannot be read; `format` if it is too large or no UTF-8 JSON.
 */
export async function readJson(path: string): Promise<unknown> {
  await using file = await openFile(path);
  if (file.size > largest) {
    throw new SdttError(
      "format",
      `${path} is ${file.size} bytes long; JSON files of up to ${largest} are read.`,
    );
  }
  const bytes = await file.read(0, file.size);
  try {
    return JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(bytes));
  } catch (cause) {
    const reason = (cause instanceof Error ? cause.message : String(cause)).replaceAll(/\s+/g, " ");
    throw new SdttError("format", `${path} is no valid JSON: ${reason}.`, { cause });
  }
}
