import { setTimeout as delay } from "node:timers/promises";
import { isSdttError, SdttError, throwIfAborted, untilAborted } from "@sdtt/core";
import type { Job, Worker } from "bullmq";
import type { TextRange } from "./plan/ranges.ts";
import { rangeSchema, tries } from "./plan/run.ts";
import type { JobResult, Run } from "./plan/run.ts";
import { keyPrefix } from "./redis/connect.ts";
import type { QueueConnection } from "./redis/connect.ts";
import { queueName } from "./redis/run-queue.ts";
import { openRegistry } from "./redis/runs.ts";

/** Writes the texts of one run. */
export interface RangeWriter extends AsyncDisposable {
  /** A line for each text of a range. Throws `usage` if the request cannot be met by anyone. */
  write(range: TextRange, options: { readonly signal: AbortSignal }): Promise<readonly string[]>;
}

export interface ServeOptions {
  readonly connection: QueueConnection;
  /** How the worker is known to others, such as `host:pid`. */
  readonly name: string;
  /** Of the software. Runs of another version are refused. */
  readonly version: string;
  /**
   * Prepares for a run.
   *
   * @throws Error whose message says why this worker cannot take part: it is told to whoever collects the run.
   */
  readonly open: (run: Run) => Promise<RangeWriter>;
  /** Seconds after which the job of a worker that was lost is given to another; 30 unless given. */
  readonly lease?: number | undefined;
  readonly onEvent?: ((event: WorkerEvent) => void) | undefined;
  /** Ends the work: a job under way is given back at once. */
  readonly signal: AbortSignal;
}

export type WorkerEvent =
  | { readonly kind: "joined" | "left"; readonly run: Run }
  | { readonly kind: "refused"; readonly run: Run; readonly reason: string }
  | { readonly kind: "written"; readonly run: Run; readonly range: TextRange; readonly milliseconds: number }
  | { readonly kind: "failed"; readonly run: Run; readonly range: TextRange; readonly reason: string };

/** Milliseconds between two looks at which runs there are. */
const glance = 500;

interface KnownRun {
  readonly run: Run;
  /** Undefined while it is being opened, and for ever if it was refused. */
  worker?: Worker<TextRange, JobResult>;
  writer?: RangeWriter;
  /** Until it is joined or refused. */
  opening?: Promise<void>;
}

/**
 * Works on all runs in the queue until it is stopped, one job at a time.
 *
 * @throws SdttError `aborted` when the signal fires.
 */
export async function serveRuns(options: ServeOptions): Promise<never> {
  const { connection, name, onEvent, signal } = options;
  const registry = openRegistry(connection.redis);
  const known = new Map<string, KnownRun>();
  const takeTurn = createTurns();

  const leave = async (joined: KnownRun) => {
    known.delete(joined.run.id);
    await joined.opening;
    await joined.worker?.close();
    await joined.writer?.[Symbol.asyncDispose]();
    if (joined.worker) onEvent?.({ kind: "left", run: joined.run });
  };
  const open = async (joined: KnownRun) => {
    const { run } = joined;
    try {
      expectVersion(run, options.version);
      joined.writer = await options.open(run);
    } catch (error) {
      if (signal.aborted) return;
      const reason = error instanceof Error ? error.message : String(error);
      onEvent?.({ kind: "refused", run, reason });
      await registry.refuse(run, name, reason);
      return;
    }
    joined.worker = startWorker({ ...options, run, writer: joined.writer, takeTurn });
    onEvent?.({ kind: "joined", run });
  };
  /** Opening may take long, with a download before it: signs of life continue meanwhile. */
  const meet = (run: Run) => {
    const joined: KnownRun = { run };
    known.set(run.id, joined);
    joined.opening = open(joined).catch(() => {});
  };

  try {
    for (;;) {
      throwIfAborted(signal);
      const live = await untilAborted(registry.live(), signal);
      const ids = new Set(live.map(({ id }) => id));
      for (const joined of known.values()) if (!ids.has(joined.run.id)) await leave(joined);
      for (const run of live) {
        if (!known.has(run.id)) meet(run);
        if (known.get(run.id)?.worker) await registry.join(run, name);
      }
      await delay(glance, undefined, { signal }).catch(() => throwIfAborted(signal));
    }
  } finally {
    // A server that is away is not waited for: the job's lease ends by itself.
    const leaving = Promise.all(Array.from(known.values(), leave)).catch(() => {});
    await Promise.race([leaving, delay(3000, undefined, { ref: false })]);
  }
}

function expectVersion(run: Run, version: string): void {
  if (run.version === version) return;
  throw new SdttError(
    "unavailable",
    `it is version ${version}, and the run is of version ${run.version}: install the same version on all machines`,
  );
}

/** BullMQ's worker for the jobs of a run. */
function startWorker(
  options: ServeOptions & {
    readonly run: Run;
    readonly writer: RangeWriter;
    readonly takeTurn: Turns;
  },
): Worker<TextRange, JobResult> {
  const { connection, name, run, writer, takeTurn, lease = 30, onEvent, signal } = options;
  const { bullmq, redis } = connection;

  const write = async (job: Job<TextRange, JobResult>, token: string | undefined): Promise<JobResult> => {
    const range = rangeSchema.parse(job.data);
    try {
      const start = performance.now();
      throwIfAborted(signal);
      const lines = await writer.write(range, { signal });
      onEvent?.({ kind: "written", run, range, milliseconds: performance.now() - start });
      return { lines: [...lines] };
    } catch (error) {
      if (signal.aborted) {
        // Given back: it counts as no try, and others need not wait for the end of the lease.
        await job.moveToWait(token);
        throw new bullmq.WaitingError();
      }
      const reason = error instanceof Error ? error.message : String(error);
      if (isSdttError(error) && error.code === "usage") return { refused: reason };
      onEvent?.({ kind: "failed", run, range, reason });
      throw error;
    }
  };
  const worker = new bullmq.Worker<TextRange, JobResult>(
    queueName(run.id),
    (job, token) => takeTurn(() => write(job, token)),
    {
      connection: redis,
      prefix: keyPrefix,
      name,
      concurrency: 1,
      lockDuration: lease * 1000,
      stalledInterval: lease * 1000,
      maxStalledCount: tries.losses,
      runRetryDelay: 1000,
    },
  );
  // A server that is away is waited for; a job that was given to another meanwhile is done by that one.
  worker.on("error", () => {});
  return worker;
}

type Turns = <Result>(work: () => Promise<Result>) => Promise<Result>;

/** One piece of work at a time, in the order in which they came. */
function createTurns(): Turns {
  let last: Promise<unknown> = Promise.resolve();
  return (work) => {
    const next = last.then(work, work);
    last = next.catch(() => {});
    return next;
  };
}
