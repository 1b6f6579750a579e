import { access } from "node:fs/promises";
import { homedir } from "node:os";
import { join } from "node:path";
import { onnxRuntimeVersion } from "./pins.ts";

/** Where `sdtt-cuda install` puts ONNX Runtime and its provider: in the user's cache. */
export function providerFolder(
  environment: Readonly<Record<string, string | undefined>> = process.env,
): string {
  const cache = environment["XDG_CACHE_HOME"] || join(homedir(), ".cache");
  return join(cache, "sdtt", `onnxruntime-${onnxRuntimeVersion}`);
}

/** The same folder if it is there. */
export async function installedProvider(folder: string = providerFolder()): Promise<string | undefined> {
  return access(folder).then(
    () => folder,
    () => undefined,
  );
}
