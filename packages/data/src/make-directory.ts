import { mkdir, stat } from "node:fs/promises";
import { dirname } from "node:path";
import { errorCode } from "./file-error.ts";

/**
 * Makes a directory and those above it, as the function of this name in @sdtt/hub, which this package does not know: Node's
 * own `recursive` never returns where a parent exists and cannot hold a directory, as /proc.
 */
export async function makeDirectory(path: string): Promise<void> {
  try {
    await makeOne(path);
  } catch (cause) {
    if (errorCode(cause) !== "ENOENT" || dirname(path) === path) throw cause;
    await makeDirectory(dirname(path));
    await makeOne(path);
  }
}

async function makeOne(path: string): Promise<void> {
  try {
    await mkdir(path);
  } catch (cause) {
    if (errorCode(cause) !== "EEXIST" || !(await isDirectory(path))) throw cause;
  }
}

function isDirectory(path: string): Promise<boolean> {
  return stat(path).then(
    (found) => found.isDirectory(),
    () => false,
  );
}
