import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { connectQueue, serveRuns } from "@sdtt/queue";
import type { RangeWriter } from "@sdtt/queue";
import { redisMissing, startRedis } from "@sdtt/testing";
import type { RedisServer } from "@sdtt/testing";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import manifest from "../../../package.json" with { type: "json" };
import { openEvaluationScene } from "../../testing/evaluation-scene.ts";
import type { EvaluationScene } from "../../testing/evaluation-scene.ts";
import { runCaptured } from "../../testing/run-captured.ts";

const title = redisMissing ? `with a real Redis: skipped, ${redisMissing}` : "with a real Redis";

describe.skipIf(redisMissing !== undefined)(title, { timeout: 300_000 }, () => {
  let scene: EvaluationScene;
  let redis: RedisServer;
  let queue: readonly string[];
  const stop = new AbortController();
  const workers: Promise<unknown>[] = [];
  beforeAll(async () => {
    scene = await openEvaluationScene();
    redis = await startRedis();
    queue = ["--queue", redis.url, "--job-texts", "2"];
    const worker = ["worker", "--queue", redis.url, "--threads", "1"];
    for (let i = 0; i < 2; i++) workers.push(runCaptured(worker, { signal: stop.signal }));
  }, 60_000);
  afterAll(async () => {
    stop.abort();
    await Promise.all(workers);
    await redis[Symbol.asyncDispose]();
    await scene[Symbol.asyncDispose]();
  }, 60_000);

  test.each([
    [["--steps", "64"]],
    [["--sampler", "entropy-bounded", "--gamma", "20"]],
    [["--steps", "16", "--precision", "gumbel32"]],
  ])("texts that workers write measure as those of one process: %j", async (sampling) => {
    const { teacher, judge } = scene;
    const args = [
      "eval",
      "samples",
      "--model",
      teacher,
      "--judge",
      judge,
      "-n",
      "7",
      "--seed",
      "3",
      "--json",
    ];
    const alone = await runCaptured([...args, ...sampling]);
    const together = await runCaptured([...args, ...sampling, ...queue]);
    expect(alone.status, alone.stderr).toBe(0);
    expect(together.status, together.stderr).toBe(0);
    expect(together.stdout).toBe(alone.stdout);
  });

  test("a report has the figures of one process, but for the time", async () => {
    const { teacher, student, judge, folder } = scene;
    const models = ["--model", `teacher=${teacher}`, `student=${student}`, "--judge", `judge=${judge}`];
    const sweep = ["--steps", "32", "--temperatures", "0.5", "--precision", "exact", "gumbel32"];
    const orders = ["--orders", "random,spread,confidence"];
    const report = async (name: string, ...more: string[]) => {
      const out = join(folder, name);
      const args = ["eval", "report", ...models, ...sweep, ...orders, "--texts", "5", "--out", out, ...more];
      const { status, stderr } = await runCaptured(args);
      expect(status, stderr).toBe(0);
      const { rows, ...rest } = JSON.parse(await readFile(join(out, "report.json"), "utf8")) as {
        rows: { secondsPerText: number }[];
      };
      return { ...rest, rows: rows.map((row) => ({ ...row, secondsPerText: 0 })) };
    };
    expect(await report("together", ...queue)).toEqual(await report("alone"));
  });
});

const workerTitle = "a worker that fails, and one that writes something else, end the measurement";

test.skipIf(redisMissing !== undefined)(
  redisMissing ? `${workerTitle}: skipped, ${redisMissing}` : workerTitle,
  { timeout: 300_000 },
  async () => {
    await using redis = await startRedis();
    let seed = 0;
    const measureWith = async (write: RangeWriter["write"]) => {
      await using connection = await connectQueue({ url: redis.url });
      const stop = new AbortController();
      const open = async () => ({ write, async [Symbol.asyncDispose]() {} });
      const { version } = manifest;
      const options = { connection, name: "bad", version, open, signal: stop.signal };
      const serving = serveRuns(options).catch(() => {});
      const queue = ["--queue", redis.url, "--job-texts", "2"];
      // Another run each time: what is done of one is kept.
      const texts = ["-n", "4", "--length", "12", "--seed", String(seed++)];
      const run = await runCaptured(["eval", "samples", ...texts, ...queue]);
      stop.abort();
      await serving;
      return run;
    };
    expect(await measureWith(() => Promise.reject(new Error("the disk is broken")))).toMatchObject({
      status: 1,
      stdout: "",
      stderr: expect.stringMatching(/^error: Set aside: texts 0 to 1: the disk is broken$/m),
    });
    const effort = { seconds: 1, passes: [0, 1] };
    const tokens = Array.from({ length: 12 }, () => 1);
    for (const line of [
      "no JSON",
      JSON.stringify({ tokens, seconds: 1 }),
      JSON.stringify({ tokens: tokens.slice(1), effort }),
      JSON.stringify({ tokens: [...tokens.slice(1), 2 ** 20], effort }),
    ]) {
      expect(await measureWith(async () => [line, line])).toMatchObject({
        status: 1,
        stdout: "",
        stderr: expect.stringMatching(
          /The result of texts 0 to 1 in the queue is not one of texts of 12 tokens/,
        ),
      });
    }
  },
);

test("an evaluation whose queue is away ends with its address, and a plan is of this machine", async () => {
  const samples = ["eval", "samples", "--queue", "redis://127.0.0.1:1"];
  expect(await runCaptured(samples)).toMatchObject({
    status: 1,
    stdout: "",
    stderr: expect.stringContaining("Redis at 127.0.0.1:1 cannot be reached"),
  });
  const planned = [
    "eval",
    "report",
    "--model",
    "tiny",
    "--judge",
    "tiny:judge",
    "--plan",
    "--queue",
    "redis://x",
  ];
  expect(await runCaptured(planned)).toMatchObject({
    status: 2,
    stderr: expect.stringMatching(/'--queue \[address\]' cannot be used with option '--plan'/),
  });
});
