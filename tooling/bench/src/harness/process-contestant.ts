import { spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import type { Contestant, Timing } from "./race.ts";

/** A contestant in a process of its own, so that its memory is its own. */
export type ProcessContestant = Contestant<ProcessTiming> & AsyncDisposable;

export interface ProcessTiming extends Timing {
  /** The most memory that the process has had resident so far, pages of mapped files included. */
  readonly peakBytes: number;
}

/**
 * glibc returns large blocks to the system as soon as they are freed, and PyTorch frees its activations in every step. On a
 * virtual machine, where the first touch of a page is slow, a step took four times as long. With these it keeps what it has.
 */
const keptMemory = {
  MALLOC_MMAP_THRESHOLD_: String(4 * 2 ** 30),
  MALLOC_TRIM_THRESHOLD_: String(8 * 2 ** 30),
} as const;

/** Starts a script under this Node; its argument reaches it as JSON. */
export function startNode(name: string, script: URL, argument: unknown): Promise<ProcessContestant> {
  return start(name, process.execPath, [
    ...process.execArgv,
    fileURLToPath(script),
    JSON.stringify(argument),
  ]);
}

/** Starts any program that answers as `answerSteps` does, and waits until it is ready. */
export async function start(
  name: string,
  command: string,
  parameters: readonly string[],
): Promise<ProcessContestant> {
  const env = { ...process.env, ...keptMemory };
  const child = spawn(command, parameters, { env, stdio: ["pipe", "pipe", "inherit"] });
  const ended = once(child, "close");
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const answer = async (): Promise<string> => {
    const line = await Promise.race([lines.next(), ended]);
    if ("done" in line && !line.done) return line.value;
    const [status] = (await ended) as unknown[];
    throw new Error(`The contestant "${name}" ended before its time, with status ${String(status)}.`);
  };
  await answer();
  return {
    name,
    async step() {
      child.stdin.write("step\n");
      return JSON.parse(await answer()) as ProcessTiming;
    },
    async [Symbol.asyncDispose]() {
      child.stdin.end();
      await ended;
    },
  };
}
