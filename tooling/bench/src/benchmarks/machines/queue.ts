import { SdttError } from "@sdtt/core";
import { connectQueue, serveRuns, splitRanges } from "@sdtt/queue";
import type { TextRange } from "@sdtt/queue";
import { redisMissing, startRedis } from "@sdtt/testing/redis-server";
import { loadModel } from "sdtt";
import type { LanguageModel } from "sdtt";
import type { Benchmark } from "../../benchmark.ts";
import { startNode } from "../../harness/process-contestant.ts";
import { medianRatio, race, times } from "../../harness/race.ts";
import type { Contestant, Timing } from "../../harness/race.ts";

const [texts, batch, steps] = [128, 16, 16];
const ranges = splitRanges({ missing: [{ first: 0, count: texts }], size: batch });

/** From the beginning of the first job to the end of the last. */
interface WorkTiming extends Timing {
  /** Processor time of the process that writes, in seconds. */
  readonly cpu: number;
  /** Until whoever wanted the lines had all of them. */
  readonly collected: number;
}

export const queue: Benchmark = {
  summary: `${texts} texts of the bundled model in ${steps} steps, ${batch} a job: by a worker of a queue on Redis beside the same process without it`,
  async check() {
    if (redisMissing) throw new SdttError("unavailable", `The benchmark needs Redis: ${redisMissing}.`);
  },
  async run({ rounds, threads, sizes }) {
    await using stack = new AsyncDisposableStack();
    const model = stack.use(await loadModel("tiny", { threads }));
    const { url } = stack.use(await startRedis());
    const writer = createWriter(model, sizes.includes("trial") ? 16 : 256);
    stack.use(await startWorker(url, writer.write));
    const script = new URL("../../contestants/collect-lines.ts", import.meta.url);
    const collector = stack.use(await startNode("the collector", script, { url, texts, batch }));
    const contestants: Contestant<WorkTiming>[] = [
      {
        name: "directly",
        step: () =>
          writer.timed(async () => {
            for (const range of ranges) await writer.write(range);
          }),
      },
      { name: "through the queue", step: () => writer.timed(() => collector.step()) },
    ];
    const measured = await race(contestants, rounds);
    const [directly, through] = measured;
    const ofCpu = (timings: readonly WorkTiming[]) => timings.map(({ cpu }) => ({ seconds: cpu }));
    const rows = contestants.map(({ name }, i) => ({
      way: name,
      ...times(measured[i]!),
      "median CPU s": times(ofCpu(measured[i]!))["median s"],
      "median s until collected": times(measured[i]!.map(({ collected }) => ({ seconds: collected })))[
        "median s"
      ],
    }));
    const targets = [
      {
        what: "time through the queue beside directly",
        measured: medianRatio(through!, directly!),
        atMost: 1.02,
      },
      {
        what: "processor time of the process that writes, likewise",
        measured: medianRatio(ofCpu(through!), ofCpu(directly!)),
        atMost: 1.02,
      },
    ];
    return { rows, targets };
  },
};

/** Writes lines as `sdtt worker` does, and remembers when. */
function createWriter(model: LanguageModel, length: number) {
  let [begun, ended] = [Infinity, 0];
  return {
    async write({ first, count }: TextRange): Promise<string[]> {
      begun = Math.min(begun, performance.now());
      const sample = await model.sample({ samples: count, sequenceOffset: first, seed: 1, steps, length });
      const lines = sample.texts.map((text, i) => {
        const tokens = [...sample.tokens[i]!];
        return JSON.stringify({
          index: first + i,
          text,
          tokens,
          raw: model.tokenizer.decode(sample.tokens[i]!),
        });
      });
      ended = performance.now();
      return lines;
    },
    async timed(work: () => Promise<unknown>): Promise<WorkTiming> {
      [begun, ended] = [Infinity, 0];
      const [start, before] = [performance.now(), process.cpuUsage()];
      await work();
      const { user, system } = process.cpuUsage(before);
      const seconds = (ended - begun) / 1000;
      return { seconds, cpu: (user + system) / 1e6, collected: (performance.now() - start) / 1000 };
    },
  };
}

/** A worker in this process, until it is disposed of. */
async function startWorker(
  url: string,
  write: (range: TextRange) => Promise<string[]>,
): Promise<AsyncDisposable> {
  const connection = await connectQueue({ url });
  const stop = new AbortController();
  const open = async () => ({ write, async [Symbol.asyncDispose]() {} });
  const options = { connection, name: "worker", version: "1", open, signal: stop.signal };
  const serving = serveRuns(options).catch(() => {});
  return {
    async [Symbol.asyncDispose]() {
      stop.abort();
      await serving;
      await connection[Symbol.asyncDispose]();
    },
  };
}
