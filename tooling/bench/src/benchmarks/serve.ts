import { setTimeout as sleep } from "node:timers/promises";
import { loadModel } from "sdtt";
import type { Benchmark } from "../benchmark.ts";
import { quantile } from "../harness/quantile.ts";
import { serveInProcess } from "../harness/served-process.ts";
import type { Row } from "../report.ts";
import { measureFairness } from "./serve-fairness.ts";

const clients = 32;
const batch = 16;
const seconds = 60;
const text = { prompt: "It was", length: 64, steps: 32 };

export const serve: Benchmark = {
  summary: `${clients} clients in a loop for ${seconds} s against sdtt serve, beside the engine's own speed in batches of ${batch}`,
  async run({ threads }) {
    // Before and after, for a machine that does not stay as fast as it was.
    const before = await engineAlone(threads);
    const load = await underLoad(threads);
    const after = await engineAlone(threads);
    const fairness = await measureFairness(threads, batch);
    const engine = {
      "texts/s": (before["texts/s"] + after["texts/s"]) / 2,
      "texts/CPU s": (before["texts/CPU s"] + after["texts/CPU s"]) / 2,
    };
    const rows: Row[] = [
      { what: `engine alone, ${batch} texts a batch`, ...engine },
      { what: `served to ${clients} clients`, ...load.row },
      { what: "half of them disconnect", ...load.hangUps },
      ...fairness.rows,
    ];
    const ratio = (speed: keyof typeof engine) => engine[speed] / load.row[speed];
    const targets = [
      { what: "failed requests", measured: load.failed, atMost: 0 },
      { what: "engine's speed over the server's", measured: ratio("texts/s"), atMost: 1 / 0.9 },
      // What the other programs of a busy machine take of the wall clock is not counted here.
      { what: "the same by processor time", measured: ratio("texts/CPU s"), atMost: 1 / 0.9 },
      { what: "p99 event-loop delay, ms", measured: load.row["p99 ms"], atMost: 20 },
      { what: "memory at the end over a third of the way in", measured: load.growth, atMost: 1.1 },
      { what: "texts under way once all clients are gone", measured: load.leftBehind, atMost: 0 },
      // Its share among thirteen, and the turn that is under way when it comes.
      { what: "a short request's time beside long ones over alone", measured: fairness.slowdown, atMost: 16 },
    ];
    return { rows, targets };
  },
};

async function engineAlone(threads: number) {
  await using model = await loadModel("tiny", { threads });
  const run = (seed: number) => model.sample({ ...text, samples: batch, seed });
  await run(0);
  const [start, cpu] = [performance.now(), process.cpuUsage()];
  let rounds = 0;
  while (performance.now() - start < 10_000) await run(++rounds);
  const { user, system } = process.cpuUsage(cpu);
  const texts = rounds * batch;
  return {
    "texts/s": (1000 * texts) / (performance.now() - start),
    "texts/CPU s": (1e6 * texts) / (user + system),
  };
}

async function underLoad(threads: number) {
  const server = await serveInProcess(threads, batch);
  const outcomes = { answered: 0, failed: 0, gone: 0 };
  const times: number[] = [];
  const write = async (seed: number, patience?: number) => {
    const start = performance.now();
    try {
      const answer = await fetch(`${server.url}/v1/denoise`, {
        method: "POST",
        headers: { "content-type": "application/json" },
        body: JSON.stringify({ ...text, seed }),
        signal: patience === undefined ? null : AbortSignal.timeout(patience),
      });
      const isDone = (await answer.text()).includes("event: done");
      outcomes[isDone ? "answered" : "failed"]++;
      times.push(performance.now() - start);
    } catch {
      outcomes[patience === undefined ? "failed" : "gone"]++;
    }
  };
  const loop = async (until: number, patience?: () => number) => {
    let seed = 0;
    await Promise.all(
      Array.from({ length: clients }, async (_, client) => {
        while (performance.now() < until) await write(seed++, client % 2 === 0 ? patience?.() : undefined);
      }),
    );
  };

  await loop(performance.now() + 3000);
  const first = await server.metrics();
  Object.assign(outcomes, { answered: 0, failed: 0 });
  times.length = 0;
  const start = performance.now();
  const load = loop(start + 1000 * seconds);
  await sleep((1000 * seconds) / 3);
  const early = await server.metrics();
  await load;
  const elapsed = (performance.now() - start) / 1000;
  const late = await server.metrics();
  const row = {
    "texts/s": outcomes.answered / elapsed,
    "texts/CPU s": outcomes.answered / (late.cpu - first.cpu),
    "p50 s": quantile(times, 0.5) / 1000,
    "p99 s": quantile(times, 0.99) / 1000,
    "p99 ms": 1000 * Math.max(early.delay, late.delay),
    MiB: late.memory / 2 ** 20,
    failed: outcomes.failed,
  };

  // Any moment of a request's time is as likely for them to go.
  await loop(performance.now() + 10_000, () => Math.ceil(Math.random() * quantile(times, 0.9)));
  await sleep(500);
  const leftBehind = (await server.metrics()).queue;
  const hangUps = {
    failed: outcomes.failed - row.failed,
    disconnected: outcomes.gone,
    "left running": leftBehind,
  };
  await server.stop();
  return { row, hangUps, leftBehind, failed: outcomes.failed, growth: late.memory / early.memory };
}
