import { spawn } from "node:child_process";
import type { ChildProcess } from "node:child_process";
import { once } from "node:events";
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
  const closed = once(child, "close") as Promise<[status: number | null]>;
  const [stdout, stderr, [status]] = await Promise.all([text(child.stdout!), text(child.stderr!), closed]);
  if (status !== 0) throw new Error(`${name} ended with ${status}: ${stderr}`);
  return stdout;
}
