import { monitorEventLoopDelay } from "node:perf_hooks";
import { loadModel } from "sdtt";
import type { Benchmark } from "../benchmark.ts";
import { randomDitSmall } from "../dit-small.ts";
import type { Row, Target } from "../report.ts";

export const eventLoop: Benchmark = {
  summary: "how late the event loop's timers are while a random DiT-small loads and writes, 1024 tokens",
  async run({ threads, cache, rounds }) {
    const { path } = await randomDitSmall(cache);
    const rows: Row[] = [];
    const targets: Target[] = [];
    for (const engine of ["c-api", "binding"] as const) {
      const loading = watchEventLoop();
      await using model = await loadModel(path, { threads, engine });
      rows.push({ engine, while: "loading", ...loading() });

      const steps = model.stream({ steps: 32, seed: 1 });
      await steps.next();
      const writing = watchEventLoop();
      for (let step = 0; step < rounds; step++) await steps.next();
      const delays = writing();
      rows.push({ engine, while: `${rounds} steps`, ...delays });
      targets.push({ what: `${engine}, while writing: p99 ms`, measured: delays["p99 ms"], atMost: 20 });
    }
    return { rows, targets };
  },
};

/** Starts watching; the function it gives ends that and says by how much a timer of 1 ms was late. */
function watchEventLoop() {
  const histogram = monitorEventLoopDelay({ resolution: 1 });
  histogram.enable();
  return () => {
    histogram.disable();
    const milliseconds = (nanoseconds: number) => nanoseconds / 1e6;
    return {
      "p50 ms": milliseconds(histogram.percentile(50)),
      "p99 ms": milliseconds(histogram.percentile(99)),
      "worst ms": milliseconds(histogram.max),
    };
  };
}
