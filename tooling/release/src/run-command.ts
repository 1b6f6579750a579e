import { execFile } from "node:child_process";
import { SdttError } from "@sdtt/core";

/** How a program ended, and what it wrote. */
export interface CommandResult {
  readonly status: number;
  readonly stdout: string;
  /** Both streams; the last MiBs of them where they are longer. */
  readonly output: string;
}

interface CommandOptions {
  readonly cwd: string;
  readonly env?: NodeJS.ProcessEnv;
  readonly signal?: AbortSignal | undefined;
  /** Minutes until it is ended; 10 unless given. */
  readonly minutes?: number | undefined;
}

/** Runs a program to its end, however it ends. */
export function runCommand(
  file: string,
  args: readonly string[],
  options: CommandOptions,
): Promise<CommandResult> {
  const { cwd, env = process.env, signal, minutes = 10 } = options;
  const settings = { cwd, env, signal, timeout: 60_000 * minutes, maxBuffer: 64 * 2 ** 20 };
  return new Promise((resolve, reject) => {
    execFile(file, args, settings, (error, stdout, stderr) => {
      if (signal?.aborted) return reject(new SdttError("aborted", "The rehearsal was stopped."));
      const status = error ? (typeof error.code === "number" ? error.code : 1) : 0;
      const late = error?.killed ? `\nended after ${minutes} minutes` : "";
      resolve({
        status,
        stdout,
        output: `${stdout}${stderr}${error && !stderr ? error.message : ""}${late}`,
      });
    });
  });
}

/** Runs a program that has to succeed. Throws `io` with what it wrote last. */
export async function runOrThrow(
  file: string,
  args: readonly string[],
  options: CommandOptions,
): Promise<string> {
  const { status, output } = await runCommand(file, args, options);
  if (status === 0) return output;
  throw new SdttError(
    "io",
    `${[file, ...args].join(" ")} failed with status ${status}: ${output.trim().split("\n").slice(-8).join("\n")}`,
  );
}
