import type { Queue } from "bullmq";
import type { TextRange } from "../plan/ranges.ts";
import { tries } from "../plan/run.ts";
import type { JobResult } from "../plan/run.ts";
import { keyPrefix } from "./connect.ts";
import type { QueueConnection } from "./connect.ts";

/** The name of BullMQ's queue for the jobs of a run. */
export function queueName(id: string): string {
  return `run-${id}`;
}

/** Opens the queue for adding and collecting jobs. */
export function openRunQueue({ bullmq, redis }: QueueConnection, id: string): Queue<TextRange, JobResult> {
  const queue = new bullmq.Queue<TextRange, JobResult>(queueName(id), {
    connection: redis,
    prefix: keyPrefix,
    // Each event of a finished job holds its whole result; nobody reads them.
    streams: { events: { maxLen: 10 } },
  });
  // What goes wrong is thrown by the command, or waited for by the connection.
  queue.on("error", () => {});
  return queue;
}

/** A job has the same name each time, so that adding one that is there already does nothing. */
export function jobId({ first, count }: TextRange): string {
  return `texts-${first}-${count}`;
}

export async function addJobs(
  queue: Queue<TextRange, JobResult>,
  ranges: readonly TextRange[],
): Promise<void> {
  if (ranges.length === 0) return;
  await queue.addBulk(
    ranges.map(({ first, count }) => ({
      name: "texts",
      data: { first, count },
      opts: {
        jobId: jobId({ first, count }),
        attempts: tries.failures,
        backoff: { type: "fixed", delay: 1000 },
        // Collected ones are removed one by one.
        removeOnComplete: false,
        removeOnFail: false,
      },
    })) as never,
  );
}
