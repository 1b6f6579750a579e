import { createHash } from "node:crypto";
import { setTimeout as delay } from "node:timers/promises";
import { createResourceStack, SdttError } from "@sdtt/core";
import { redisMissing, startRedis } from "@sdtt/testing";
import type { RedisServer } from "@sdtt/testing";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { collectRun } from "./collect-run.ts";
import type { CollectedRange, RunProgress } from "./collect-run.ts";
import { splitRanges } from "./plan/ranges.ts";
import type { TextRange } from "./plan/ranges.ts";
import { connectQueue } from "./redis/connect.ts";
import { serveRuns } from "./serve-runs.ts";
import type { RangeWriter, ServeOptions } from "./serve-runs.ts";

const title = redisMissing ? `with a real Redis: skipped, ${redisMissing}` : "with a real Redis";

describe.skipIf(redisMissing !== undefined)(title, () => {
  let server: RedisServer;
  beforeAll(async () => void (server = await startRedis()));
  afterAll(() => server[Symbol.asyncDispose]());

  let runs = 0;
  const newRun = () => {
    const id = createHash("sha256").update(`run ${runs++}`).digest("hex").slice(0, 32);
    return { id, version: "1.0.0", request: {} };
  };
  const ranges = (count: number) => splitRanges({ missing: [{ first: 0, count }], size: 2 });
  const lineOf = (text: number) => `line ${text}`;
  const linesOf = ({ first, count }: TextRange) => Array.from({ length: count }, (_, i) => lineOf(first + i));

  /** A worker in this process, until it is disposed of. */
  async function startWorker(
    write: RangeWriter["write"],
    options: Partial<ServeOptions> = {},
  ): Promise<AsyncDisposable> {
    const connection = await connectQueue({ url: server.url });
    const stop = new AbortController();
    const open = async () => ({ write, async [Symbol.asyncDispose]() {} });
    const serving = serveRuns({
      connection,
      name: "worker",
      version: "1.0.0",
      open,
      signal: stop.signal,
      ...options,
    }).catch((error: unknown) => error);
    return {
      async [Symbol.asyncDispose]() {
        stop.abort();
        expect(await serving).toMatchObject({ code: "aborted" });
        await connection[Symbol.asyncDispose]();
      },
    };
  }

  async function collect(
    options: Partial<Parameters<typeof collectRun>[0]> & { readonly count?: number } = {},
  ): Promise<CollectedRange[]> {
    await using connection = await connectQueue({ url: server.url });
    const { count = 20 } = options;
    const results: CollectedRange[] = [];
    const work = { connection, run: newRun(), ranges: ranges(count), ...options };
    for await (const result of collectRun(work)) results.push(result);
    return results;
  }
  const linesIn = (results: readonly CollectedRange[]) =>
    results.flatMap((result) => ("lines" in result ? result.lines : []));

  test("results come in order, whatever the order in which they are done, and leave nothing behind", async () => {
    await using workers = createResourceStack();
    workers.use(await startWorker(async (range) => linesOf(range)));
    const late = async (range: TextRange) => {
      await delay(100);
      return linesOf(range);
    };
    workers.use(await startWorker(late));
    const results = await collect({ window: 4 });
    expect(linesIn(results)).toEqual(Array.from({ length: 20 }, (_, i) => lineOf(i)));
    await using connection = await connectQueue({ url: server.url });
    const keys = await connection.redis.keys("*run-*:*");
    expect(keys.filter((key) => key.includes("texts-"))).toEqual([]);
  });

  test("a job that fails is set aside after its tries, with the reason, and the others are done", async () => {
    let tries = 0;
    await using _ = await startWorker(async (range) => {
      if (range.first !== 4) return linesOf(range);
      tries++;
      throw new SdttError("runtime", "the disk is broken");
    });
    const results = await collect({ count: 10 });
    expect(tries).toBe(3);
    expect(results[2]).toEqual({ range: { first: 4, count: 2 }, tries: 3, reason: "the disk is broken" });
    expect(linesIn(results)).toHaveLength(8);
  });

  test("a request that nobody can meet ends the run with the reason", async () => {
    await using _ = await startWorker(async () => {
      throw new SdttError("usage", "the prompt is too long");
    });
    await expect(collect()).rejects.toMatchObject({ code: "usage", message: "the prompt is too long" });
  });

  test("a worker of another version, or without the model, is refused by name", async () => {
    await using workers = createResourceStack();
    const work = async (range: TextRange) => linesOf(range);
    workers.use(await startWorker(work, { name: "old", version: "0.9.0" }));
    const bare = {
      name: "bare",
      open: () => Promise.reject(new SdttError("not-found", "There is nothing at ./student.")),
    };
    workers.use(await startWorker(work, bare));
    const stop = new AbortController();
    let seen: RunProgress | undefined;
    const onProgress = (progress: RunProgress) => {
      seen = progress;
      if (Object.keys(progress.refusals).length === 2) stop.abort();
    };
    await expect(collect({ onProgress, signal: stop.signal })).rejects.toMatchObject({ code: "aborted" });
    expect(seen).toMatchObject({
      done: 0,
      workers: 0,
      refusals: {
        old: "it is version 0.9.0, and the run is of version 1.0.0: install the same version on all machines",
        bare: "There is nothing at ./student.",
      },
    });
  });

  test("a worker that is stopped gives its job back at once", async () => {
    const started = Promise.withResolvers<void>();
    // With the job left to its lease, the test would run out of time.
    const lease = { lease: 600 };
    const first = await startWorker(async (_, { signal }) => {
      started.resolve();
      await delay(600_000, undefined, { signal });
      return [];
    }, lease);
    const collecting = collect({ count: 2 });
    await started.promise;
    await first[Symbol.asyncDispose]();
    await using _ = await startWorker(async (range) => linesOf(range), lease);
    expect(linesIn(await collecting)).toEqual(["line 0", "line 1"]);
  });

  test("a collector that was stopped finds what was done meanwhile", async () => {
    const run = newRun();
    const written: number[] = [];
    await using _ = await startWorker(async (range) => {
      written.push(range.first);
      return linesOf(range);
    });
    await using connection = await connectQueue({ url: server.url });
    for await (const result of collectRun({ connection, run, ranges: ranges(20) })) {
      if (result.range.first === 4) break;
    }
    const rest = ranges(20).filter(({ first }) => first >= 4);
    const results = await collect({ run, ranges: rest });
    expect(linesIn(results)).toEqual(rest.flatMap(linesOf));
    expect(new Set(written).size).toBe(10);
    expect(written.filter((first) => first === 4)).toHaveLength(1);
  });

  test("a server that lost all that it held is told again", async () => {
    let cleared = false;
    await using _ = await startWorker(async (range) => {
      if (range.first === 6 && !cleared) {
        cleared = true;
        await server.command("FLUSHALL");
      }
      return linesOf(range);
    });
    expect(linesIn(await collect())).toEqual(Array.from({ length: 20 }, (_, i) => lineOf(i)));
    expect(cleared).toBe(true);
  });
});
