import { spawn } from "node:child_process";
import type { ChildProcess } from "node:child_process";
import { join } from "node:path";
import { text } from "node:stream/consumers";

/** Starts an example as a person would. */
export function startExample(
  name: string,
  args: readonly string[] = [],
  env: NodeJS.ProcessEnv = {},
): ChildProcess {
  const file = join(import.meta.dirname, "..", name);
  return spawn(process.execPath, ["--conditions=@sdtt/source", file, ...args], {
    stdio: ["ignore", "pipe", "pipe"],
    env: { ...process.env, NO_COLOR: "1", ...env },
  });
}

/** Runs an example to its end; gives what it prints. Throws what it complains of, unless it succeeds. */
export async function runExample(name: string, args: readonly string[] = []): Promise<string> {
  const child = startExample(name, args);
  const [stdout, stderr] = await Promise.all([text(child.stdout!), text(child.stderr!)]);
  if (child.exitCode !== 0) throw new Error(`${name} ended with ${child.exitCode}: ${stderr}`);
  return stdout;
}
