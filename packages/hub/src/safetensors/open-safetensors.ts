import { readSafetensors } from "@sdtt/checkpoint";
import type { SafetensorsFile } from "@sdtt/checkpoint";
import { openFile } from "../open-file.ts";

/**
 * Opens a safetensors file and checks all that its header promises. The locations carry the real path.
 *
 * @throws SdttError `not-found` or `io` if the file cannot be read; `format` if it breaks a rule.
 */
export async function openSafetensors(path: string): Promise<SafetensorsFile> {
  const file = await openFile(path);
  try {
    return await readSafetensors(file);
  } catch (error) {
    await file[Symbol.asyncDispose]();
    throw error;
  }
}
