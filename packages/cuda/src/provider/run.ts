import { execFile } from "node:child_process";
import { promisify } from "node:util";

/** Runs a program to its end and gives what it printed. Throws with its last words if it fails. */
export async function run(program: string, args: readonly string[], signal?: AbortSignal): Promise<string> {
  try {
    const { stdout } = await promisify(execFile)(program, args, { signal, maxBuffer: 16 * 2 ** 20 });
    return stdout;
  } catch (cause) {
    const { stderr = "", message } = cause as Error & { stderr?: string };
    throw new Error(`${program}: ${stderr.trim().split("\n").at(-1) || message}`, { cause });
  }
}
