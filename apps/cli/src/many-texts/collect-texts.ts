import { collectRun, connectQueue } from "@sdtt/queue";
import type { CollectedRange, Run, RunProgress } from "@sdtt/queue";
import { plural } from "@sdtt/report/text";
import { printLine } from "../context.ts";
import { queueAddress } from "./queue-address.ts";
import type { Work } from "./write-many.ts";

/** Texts that other machines write, in order. Says on stderr how far they are and who does not take part. */
export async function* collectTexts(
  options: Work & {
    readonly address: string | true;
    readonly run: Run;
  },
): AsyncGenerator<CollectedRange> {
  const { address, run, ranges, wanted, context, progress } = options;
  const { stderr, signal, now } = context;
  // What was done is kept, and the workers are told, before the process ends.
  using _ = context.deferExit?.();
  await using connection = await connectQueue({
    url: queueAddress(address, context),
    onConnection: (state) =>
      printLine(
        stderr,
        state === "lost" ? `Lost Redis at ${connection.place}; waiting for it.` : "Redis is back.",
      ),
    signal,
  });
  const told = new Set<string>();
  const start = now();
  let before: number | undefined;
  const onProgress = ({ done, workers, refusals }: RunProgress) => {
    for (const [worker, reason] of Object.entries(refusals)) {
      if (!told.has(worker)) printLine(stderr, `Worker ${worker} does not take part: ${reason}`);
      told.add(worker);
    }
    // What an earlier attempt left in the queue says nothing about the rate.
    before ??= done;
    const rate = (1000 * (done - before)) / (now() - start);
    progress.update(
      [
        `${done} of ${plural(wanted, "text")}`,
        workers === 0 ? "no workers yet: start `sdtt worker`" : plural(workers, "worker"),
        ...(rate > 0 ? [`${rate.toFixed(1)} texts/s`] : []),
      ].join(" · "),
      done / wanted,
    );
  };
  yield* collectRun({ connection, run, ranges, onProgress, signal });
}
