import { hostname } from "node:os";
import { SdttError } from "@sdtt/core";
import { connectQueue, describeRange, serveRuns } from "@sdtt/queue";
import type { RangeWriter, Run, WorkerEvent } from "@sdtt/queue";
import { formatSeconds, plural } from "@sdtt/report/text";
import type { Command } from "commander";
import manifest from "../../package.json" with { type: "json" };
import { printLine } from "../context.ts";
import type { CliContext } from "../context.ts";
import { addEngineOptions, engineOptions } from "../engine-options.ts";
import type { EngineFlags } from "../engine-options.ts";
import { createModelShelf } from "../many-texts/model-shelf.ts";
import type { ModelShelf } from "../many-texts/model-shelf.ts";
import { queueForm } from "../many-texts/queue-options.ts";
import { queueAddress } from "../many-texts/queue-address.ts";
import { writeTextLines } from "../many-texts/text-lines.ts";
import { expectSameModel, textRequestSchema } from "../many-texts/text-request.ts";
import { addOfflineOption, openModel } from "../model-options.ts";
import type { CheckpointFlags } from "../model-options.ts";
import { wholeNumber } from "../numbers.ts";

interface Flags extends EngineFlags, Pick<CheckpointFlags, "offline"> {
  readonly queue?: string;
  readonly lease: number;
}

export function addWorkerCommand(program: Command, context: CliContext): void {
  const command = program
    .command("worker")
    .description("write texts for `--queue` of other commands, on this machine, until it is stopped")
    .option("--queue <address>", queueForm)
    .option(
      "--lease <seconds>",
      "without a sign of life after which a job is given to another worker",
      wholeNumber({ least: 1, most: 3600 }),
      30,
    );
  addOfflineOption(addEngineOptions(command)).action((flags: Flags) => work(flags, context));
}

async function work(flags: Flags, context: CliContext): Promise<never> {
  const { stderr, signal } = context;
  // What is wrong with them is this machine's, and no reason to refuse a run.
  engineOptions(flags);
  // A job under way is given back before the process ends.
  using _ = context.deferExit?.();
  const url = queueAddress(flags.queue, context);
  await using connection = await connectQueue({
    url,
    onConnection: (state) =>
      printLine(stderr, state === "lost" ? "Lost Redis; waiting for it." : "Redis is back."),
    signal,
  });
  await using shelf = createModelShelf();
  const name = `${hostname()}:${process.pid}`;
  printLine(stderr, `Worker ${name} takes texts from Redis at ${connection.place}.`);
  const log = createWorkerLog(context);
  try {
    return await serveRuns({
      connection,
      name,
      version: manifest.version,
      lease: flags.lease,
      open: (run) => openWriter(run, { flags, shelf, context }),
      onEvent: log.tell,
      signal,
    });
  } finally {
    log.close();
  }
}

/** Loads the model of a run and sees that it is the right one. */
async function openWriter(
  run: Run,
  { flags, shelf, context }: { flags: Flags; shelf: ModelShelf; context: CliContext },
): Promise<RangeWriter> {
  const { success, data: request } = textRequestSchema.safeParse(run.request);
  if (!success) throw new SdttError("format", "it does not know this kind of run");
  const { digest, weights, dtype, device } = request;
  const model = await shelf.take([digest, dtype].join(), async () => {
    await expectSameModel(request, flags, context);
    return openModel({ ...flags, model: request.model, dtype, ...(weights && { weights }) }, context);
  });
  if (device !== "auto" && model.device !== device) {
    await model[Symbol.asyncDispose]();
    throw new SdttError(
      "unavailable",
      `it computes on ${model.device} and the run on ${device}, which may write other texts: start it with --device ${device}`,
    );
  }
  return {
    write: (range, { signal }) => writeTextLines(model, request, range, { now: context.now, signal }),
    [Symbol.asyncDispose]: () => model[Symbol.asyncDispose](),
  };
}

/** Milliseconds between two lines about what was written. */
const lineInterval = 30_000;

/** What a worker says: who it works for, now and then how much it wrote, and what went wrong. */
function createWorkerLog({ stderr }: CliContext) {
  let [texts, jobs, failures, busy] = [0, 0, 0, 0];
  let told = 0;
  const summarize = () => {
    if (texts + failures === told) return;
    told = texts + failures;
    const rate = busy === 0 ? "" : `, ${((1000 * texts) / busy).toFixed(1)} texts/s`;
    printLine(
      stderr,
      `${plural(texts, "text")} in ${plural(jobs, "job")}, ${formatSeconds(busy / 1000)} of work${rate}, ${plural(failures, "failure")}`,
    );
  };
  const timer = setInterval(summarize, lineInterval);
  const label = ({ id }: Run) => `run ${id.slice(0, 8)}`;
  return {
    tell(event: WorkerEvent) {
      switch (event.kind) {
        case "joined":
          printLine(stderr, `Works on ${label(event.run)}.`);
          break;
        case "left":
          printLine(stderr, `Done with ${label(event.run)}.`);
          summarize();
          break;
        case "refused":
          printLine(stderr, `Does not take part in ${label(event.run)}: ${event.reason}`);
          break;
        case "written":
          texts += event.range.count;
          jobs++;
          busy += event.milliseconds;
          break;
        case "failed":
          failures++;
          printLine(
            stderr,
            `Failed at ${describeRange(event.range)} of ${label(event.run)}: ${event.reason}`,
          );
          break;
      }
    },
    close() {
      clearInterval(timer);
      summarize();
    },
  };
}
