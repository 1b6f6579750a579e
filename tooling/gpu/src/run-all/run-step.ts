import { spawn } from "node:child_process";
import { once } from "node:events";
import { open } from "node:fs/promises";
import { join } from "node:path";
import type { Step } from "./steps.ts";

/** How a step ended. */
export interface Outcome {
  readonly name: string;
  readonly what: string;
  readonly status: "passed" | "failed" | "timed out";
  readonly seconds: number;
}

export interface RunStepOptions {
  /** Where what it prints is written as it comes: NAME.out and NAME.err. */
  readonly folder: string;
  /** The workspace. */
  readonly cwd: string;
  /** Node, and what comes before the arguments of a step. */
  readonly program: string;
  readonly env: NodeJS.ProcessEnv;
  /** Ends it at once; it then has no outcome. */
  readonly signal?: AbortSignal | undefined;
}

/** After it was asked to end, before it is made to. */
const graceMilliseconds = 5000;

/** Runs a step as a process group of its own, so that what it has started ends with it. */
export async function runStep(step: Step, options: RunStepOptions): Promise<Outcome | undefined> {
  const { folder, cwd, program, env, signal } = options;
  const started = performance.now();
  await using out = await open(join(folder, `${step.name}.out`), "w");
  await using err = await open(join(folder, `${step.name}.err`), "w");
  const child = spawn(program, step.args, { cwd, env, detached: true, stdio: ["ignore", out.fd, err.fd] });
  let isLate = false;
  const end = (how: NodeJS.Signals) => {
    try {
      if (child.pid !== undefined) process.kill(-child.pid, how);
    } catch {
      // It has ended by itself.
    }
  };
  let lastResort: NodeJS.Timeout | undefined;
  const stop = () => {
    end("SIGTERM");
    lastResort = setTimeout(() => end("SIGKILL"), signal?.aborted ? 500 : graceMilliseconds);
  };
  const limit = setTimeout(() => {
    isLate = true;
    stop();
  }, step.seconds * 1000);
  signal?.addEventListener("abort", stop);
  try {
    const [code] = (await once(child, "close")) as [number | null];
    end("SIGKILL");
    if (signal?.aborted) return undefined;
    const seconds = Math.round((performance.now() - started) / 100) / 10;
    const status = isLate ? "timed out" : code === 0 ? "passed" : "failed";
    return { name: step.name, what: step.what, status, seconds };
  } finally {
    clearTimeout(limit);
    clearTimeout(lastResort);
    signal?.removeEventListener("abort", stop);
  }
}
