import { randomUUID } from "node:crypto";
import { setTimeout as delay } from "node:timers/promises";
import { SdttError, throwIfAborted, untilAborted } from "@sdtt/core";
import type { Job, Queue } from "bullmq";
import type { TextRange } from "./plan/ranges.ts";
import { describeRange } from "./plan/ranges.ts";
import { resultSchema } from "./plan/run.ts";
import type { JobResult, Run } from "./plan/run.ts";
import { createWindow } from "./plan/window.ts";
import type { QueueConnection } from "./redis/connect.ts";
import { redisFailure } from "./redis/redis-failure.ts";
import { addJobs, jobId, openRunQueue } from "./redis/run-queue.ts";
import { openRegistry } from "./redis/runs.ts";

export interface CollectOptions {
  readonly connection: QueueConnection;
  readonly run: Run;
  /** What is to be written, in the order in which it is wanted. */
  readonly ranges: readonly TextRange[];
  /** Ranges that are in the queue at a time; 512 unless given. It bounds the server's memory. */
  readonly window?: number | undefined;
  /** Told about once a second. */
  readonly onProgress?: ((progress: RunProgress) => void) | undefined;
  readonly signal?: AbortSignal | undefined;
}

export interface RunProgress {
  /** Texts that are written, those that wait for their turn among them. */
  readonly done: number;
  readonly workers: number;
  /** Why workers do not take part, by their names. */
  readonly refusals: Readonly<Record<string, string>>;
}

/** The lines of a range, in the order of its texts; or why it was set aside, as it failed as often as it may. */
export type CollectedRange =
  | { readonly range: TextRange; readonly lines: readonly string[] }
  | { readonly range: TextRange; readonly tries: number; readonly reason: string };

/** Milliseconds between two looks for the next result, between two signs of life, and for a run to become free. */
const [glance, beat, waitForOthers] = [100, 1000, 20_000];

type Jobs = Queue<TextRange, JobResult>;

/**
 * Puts ranges into the queue and yields what comes of them, in order. A range leaves the queue when the next one is asked for, so that
 * a collector that is killed in between finds it again.
 *
 * @throws SdttError `usage` if the request cannot be met, or if somebody else collects the same run; `unavailable`, `network`, `aborted`.
 */
export async function* collectRun(options: CollectOptions): AsyncGenerator<CollectedRange> {
  const { connection, run, ranges, window: size = 512, onProgress, signal } = options;
  const registry = openRegistry(connection.redis);
  await claimRun(options);
  const window = createWindow(ranges, size);
  const queue = openRunQueue(connection, run.id);
  let finished = false;
  let beaten = -Infinity;

  const keepAlive = async () => {
    if (performance.now() - beaten < beat) return;
    beaten = performance.now();
    await registry.claim(run, collector);
    await registry.announce(run);
    const { completed = 0 } = await queue.getJobCounts("completed");
    const ahead = window.queued.slice(0, completed).reduce((sum, { count }) => sum + count, 0);
    onProgress?.({
      done: window.collected + ahead,
      workers: await registry.workers(run),
      refusals: await registry.refusals(run),
    });
  };

  try {
    await removeAbandoned(options);
    // What failed in an earlier attempt is tried again.
    await queue.clean(0, 0, "failed");
    await addJobs(queue, window.queued);
    for (let head = window.head; head; head = window.head) {
      const job = await finishedJob(queue, head, { window: () => window.queued, keepAlive, signal });
      if (job.failedReason) yield { range: head, tries: triesOf(job), reason: reasonOf(job.failedReason) };
      else yield { range: head, lines: readResult(job, head) };
      await addJobs(queue, window.advance());
      if (!job.failedReason) await job.remove();
    }
    finished = true;
  } catch (error) {
    throw redisFailure(error, connection.place);
  } finally {
    await endRun(options, queue, finished);
  }
}

/** This process, among those that may collect. */
const collector = randomUUID();

/** Waits for a collector that was killed a moment ago to count as gone. */
async function claimRun({ connection, run, signal }: CollectOptions): Promise<void> {
  const registry = openRegistry(connection.redis);
  const start = performance.now();
  while (!(await registry.claim(run, collector))) {
    if (performance.now() - start > waitForOthers) {
      throw new SdttError(
        "usage",
        "Another process is collecting the same texts: wait for it, or stop it first.",
      );
    }
    await delay(500, undefined, { ref: true });
    throwIfAborted(signal);
  }
}

/** The job of a range once it is done or set aside. */
async function finishedJob(
  queue: Jobs,
  range: TextRange,
  options: {
    readonly window: () => readonly TextRange[];
    readonly keepAlive: () => Promise<void>;
    readonly signal: AbortSignal | undefined;
  },
): Promise<Job<TextRange, JobResult>> {
  const { window, keepAlive, signal } = options;
  for (;;) {
    throwIfAborted(signal);
    await untilAborted(keepAlive(), signal);
    const job = await untilAborted(queue.getJob(jobId(range)), signal);
    // A server that lost what it held last is told again.
    if (!job) await untilAborted(addJobs(queue, window()), signal);
    else if (job.finishedOn !== undefined) return job;
    else await delay(glance);
  }
}

function readResult(job: Job<TextRange, JobResult>, range: TextRange): readonly string[] {
  const { success, data } = resultSchema.safeParse(job.returnvalue);
  if (success && "refused" in data) throw new SdttError("usage", data.refused);
  if (success && "lines" in data && data.lines.length === range.count) return data.lines;
  throw new SdttError(
    "format",
    `The result of ${describeRange(range)} in the queue is not one of ${range.count} lines: something else writes to these keys.`,
  );
}

function triesOf({ attemptsMade, stalledCounter }: Job): number {
  return Math.max(attemptsMade, stalledCounter);
}

function reasonOf(reason: string): string {
  return reason.includes("stalled more than allowable")
    ? "each worker that took it was lost; it may need more memory than they have"
    : reason;
}

async function removeAbandoned({ connection }: CollectOptions): Promise<void> {
  for (const id of await openRegistry(connection.redis).takeAbandoned()) {
    await using queue = openDisposable(connection, id);
    await queue.obliterate({ force: true });
  }
}

function openDisposable(connection: QueueConnection, id: string): Jobs & AsyncDisposable {
  const queue = openRunQueue(connection, id);
  return Object.assign(queue, { [Symbol.asyncDispose]: () => queue.close() });
}

/** Lets the workers go. What is done stays for the next attempt unless all is. A server that is away is not waited for. */
async function endRun({ connection, run }: CollectOptions, queue: Jobs, finished: boolean): Promise<void> {
  const end = async () => {
    await openRegistry(connection.redis).release(run, { finished });
    if (finished) await queue.obliterate({ force: true });
    await queue.close();
  };
  await Promise.race([end().catch(() => {}), delay(finished ? 10_000 : 500, undefined, { ref: false })]);
}
