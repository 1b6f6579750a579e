import { spawn } from "node:child_process";
import { text } from "node:stream/consumers";

/** Runs a program to its end and gives what it printed. Throws with its last words if it fails. */
export async function run(program: string, args: readonly string[], cwd?: string): Promise<string> {
  const child = spawn(program, args, { cwd, stdio: ["ignore", "pipe", "pipe"] });
  const ended = new Promise<number>((resolve, reject) => {
    child.on("error", reject);
    child.on("close", (code) => resolve(code ?? 1));
  });
  const [output, complaints, status] = await Promise.all([text(child.stdout), text(child.stderr), ended]);
  if (status === 0) return output;
  throw new Error(`${program} ended with status ${status}: ${complaints.trim().split("\n").at(-1)}`);
}
