import { spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { once } from "node:events";
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { createResourceStack, createStream } from "@sdtt/core";
import { startRedis, temporaryDirectory } from "@sdtt/testing";
import { runCaptured } from "./run-captured.ts";

const main = fileURLToPath(new URL("../main.ts", import.meta.url));

export interface KilledOptions {
  readonly texts: number;
  /** Of each text: more steps make the work longer. */
  readonly steps: number;
  readonly jobTexts: number;
  readonly kills: number;
  /** Before which of the kills, from 0, the worker starts that is not killed: the work must not end before the last one. */
  readonly otherFrom: number;
  /** Of the moments at which a worker is killed. */
  readonly seed: number;
}

/**
 * Writes the same texts in one process, and with two workers of which one is killed again and again while it works, with one restart of
 * Redis. Gives the SHA-256 of both files, and how often a worker was killed before the end.
 */
export async function runKilled(
  options: KilledOptions,
): Promise<{ readonly alone: string; readonly together: string; readonly killed: number }> {
  const { texts, steps, jobTexts, kills, otherFrom, seed } = options;
  await using directory = await temporaryDirectory();
  await using redis = await startRedis();
  await using workers = createResourceStack();
  const moments = createStream(seed);
  const start = async () => workers.use(await startWorker(redis.url));
  const write = async (name: string, ...more: string[]) => {
    const size = ["-n", String(texts), "-s", String(steps), "-l", "12", "--job-texts", String(jobTexts)];
    const out = ["--seed", "7", "--threads", "1", "--out", join(directory.path, name)];
    const run = await runCaptured(["sample", ...size, ...out, ...more]);
    if (run.status !== 0) throw new Error(run.stderr);
    return createHash("sha256")
      .update(await readFile(join(directory.path, name)))
      .digest("hex");
  };

  const alone = await write("alone.jsonl");
  let doomed = await start();
  const progress = { isDone: false };
  let killed = 0;
  const writing = write("together.jsonl", "--queue", redis.url).finally(() => (progress.isDone = true));
  const killing = (async () => {
    for (let kill = 0; kill < kills && !progress.isDone; kill++) {
      // A worker that starts when all is done joins nothing.
      await Promise.race([doomed.joined, writing]);
      if (kill === otherFrom) await start();
      await delay(300 * moments.uniform(kill));
      doomed.kill();
      if (!progress.isDone) killed++;
      doomed = await start();
      if (kill === 0) await redis.restart("SIGKILL");
    }
  })();
  const [together] = await Promise.all([writing, killing]);
  const left = (await readdir(directory.path)).filter((name) => name.includes("partial"));
  if (left.length > 0) throw new Error(`left behind: ${left.join()}`);
  return { alone, together, killed };
}

interface WorkerProcess extends AsyncDisposable {
  /** Settles when it works on a run, or has ended. */
  readonly joined: Promise<unknown>;
  kill(): void;
}

async function startWorker(url: string): Promise<WorkerProcess> {
  const args = [
    "--conditions=@sdtt/source",
    main,
    "worker",
    "--queue",
    url,
    "--threads",
    "1",
    "--lease",
    "2",
  ];
  const child = spawn(process.execPath, args, { stdio: ["ignore", "ignore", "pipe"] });
  const ended = once(child, "close");
  const { promise: working, resolve } = Promise.withResolvers<void>();
  child.stderr.on("data", (chunk) => String(chunk).includes("Works on") && resolve());
  return {
    joined: Promise.race([working, ended]),
    kill: () => void child.kill("SIGKILL"),
    async [Symbol.asyncDispose]() {
      child.kill("SIGKILL");
      await ended;
    },
  };
}
