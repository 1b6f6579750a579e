import { quantile } from "../harness/quantile.ts";
import { serveInProcess } from "../harness/served-process.ts";
import type { Row } from "../report.ts";

const longRequests = 12;
const samples = 20;
const short = { prompt: "It was", max_tokens: 10, steps: 16 };
const long = { prompt: "It was", max_tokens: 60, steps: 256, n: 16 };

interface Fairness {
  readonly rows: readonly Row[];
  /** How many times as long a short request takes beside the long ones as alone. */
  readonly slowdown: number;
}

/** The time of a short request alone, and beside long ones that are sent again as soon as they are answered. */
export async function measureFairness(threads: number, batch: number): Promise<Fairness> {
  const server = await serveInProcess(threads, batch);
  const write = async (body: object, signal?: AbortSignal) => {
    const start = performance.now();
    const answer = await fetch(`${server.url}/v1/completions`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify(body),
      signal: signal ?? null,
    });
    await answer.text();
    return (performance.now() - start) / 1000;
  };
  const shortTimes = async () => {
    const times = [];
    for (let seed = 0; seed < samples; seed++) times.push(await write({ ...short, seed }));
    return times;
  };

  await shortTimes();
  const alone = await shortTimes();
  const stop = new AbortController();
  const first = await server.metrics();
  const load = Array.from({ length: longRequests }, async (_, client) => {
    for (let seed = client; !stop.signal.aborted; seed += longRequests) {
      await write({ ...long, seed }, stop.signal).catch(() => {});
    }
  });
  const beside = await shortTimes();
  const last = await server.metrics();
  stop.abort();
  await Promise.all(load);
  await server.stop();

  const row = (what: string, times: readonly number[]): Row => ({
    what,
    "p50 s": quantile(times, 0.5),
    "p99 s": quantile(times, 0.99),
  });
  return {
    rows: [
      row("a short request alone", alone),
      {
        ...row(`the same beside ${longRequests} long ones of ${long.n} texts`, beside),
        "steps/CPU s": (last.steps - first.steps) / (last.cpu - first.cpu),
      },
    ],
    slowdown: quantile(beside, 0.5) / quantile(alone, 0.5),
  };
}
