import { spawn } from "node:child_process";
import { once } from "node:events";
import { cp, readdir, readFile, rm, truncate, writeFile } from "node:fs/promises";
import { basename, join } from "node:path";
import { createInterface } from "node:readline";
import { text } from "node:stream/consumers";
import { setTimeout as sleep } from "node:timers/promises";
import { createStream } from "@sdtt/core";
import { createEngine } from "@sdtt/runtime";
import type { Engine } from "@sdtt/runtime";
import { temporaryDirectory } from "@sdtt/testing";
import { afterAll, beforeAll, expect, test } from "vitest";
import { findCheckpoint } from "../checkpoint/load-checkpoint.ts";
import { runDirectory } from "../checkpoint/run-directory.ts";
import { collect, ofKind } from "../testing/collect.ts";
import { smallConsistency, smallDistillation, smallInverseDistillation } from "../testing/small-run.ts";
import { distill } from "./distill.ts";

let engine: Engine;
/** A run that nothing interrupted. */
let whole: Awaited<ReturnType<typeof temporaryDirectory>>;
beforeAll(async () => {
  engine = await createEngine({ threads: 1 });
  whole = await temporaryDirectory();
  await collect(distill({ ...smallDistillation(), engine, directory: whole.path }));
}, 120_000);
afterAll(async () => {
  await whole[Symbol.asyncDispose]();
  await engine[Symbol.asyncDispose]();
});

const distillations = { smallDistillation, smallInverseDistillation, smallConsistency } as const;

const scriptOf = (name: keyof typeof distillations) => `
  import { createEngine } from "@sdtt/runtime";
  import { distill } from ${JSON.stringify(new URL("./distill.ts", import.meta.url).href)};
  import { ${name} } from ${JSON.stringify(new URL("../testing/small-run.ts", import.meta.url).href)};
  await using engine = await createEngine({ threads: 1 });
  for await (const { kind } of distill({ ...${name}(), engine, directory: process.argv[1] })) console.log(kind);
`;

interface ChildOptions {
  /** Kills it some time after it has told of so many events. */
  readonly kill?: { events: number; milliseconds: number };
  /** KiB that a file may grow to, as on a disk that is full. */
  readonly largestFile?: number;
  /** `smallDistillation` unless given. */
  readonly name?: keyof typeof distillations;
}

/** Runs the distillation in a process of its own. */
async function runInChild(directory: string, { kill, largestFile, name }: ChildOptions = {}) {
  const script = scriptOf(name ?? "smallDistillation");
  const limit = largestFile === undefined ? "" : `trap '' XFSZ; ulimit -f ${largestFile}; `;
  const node = [process.execPath, "--conditions=@sdtt/source", "--input-type=module", "--eval", script];
  const child = spawn("bash", ["-c", `${limit}exec "$@"`, "bash", ...node, directory], {
    cwd: import.meta.dirname,
    stdio: ["ignore", "pipe", "pipe"],
  });
  const exit = once(child, "exit");
  const stderr = text(child.stderr);
  const kinds: string[] = [];
  for await (const kind of createInterface(child.stdout)) {
    kinds.push(kind);
    if (kinds.length !== kill?.events) continue;
    await sleep(kill.milliseconds);
    child.kill("SIGKILL");
  }
  const [status] = await exit;
  return { status: status as number | null, kinds, stderr: await stderr };
}

/** Every file under a directory with its bytes. */
async function filesIn(directory: string): Promise<Map<string, string>> {
  const entries = await readdir(directory, { recursive: true, withFileTypes: true });
  const paths = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  const files = await Promise.all(
    paths.map(async (path) => [path.slice(directory.length), await readFile(path, "base64")] as const),
  );
  return new Map(files.toSorted(([a], [b]) => (a < b ? -1 : 1)));
}

async function expectSameFiles(directory: string, uninterrupted = whole.path): Promise<void> {
  const [expected, found] = [await filesIn(uninterrupted), await filesIn(directory)];
  expect([...found.keys()]).toEqual([...expected.keys()]);
  for (const [path, bytes] of expected) expect(found.get(path) === bytes, path).toBe(true);
}

test.each(["smallDistillation", "smallInverseDistillation", "smallConsistency"] as const)(
  "a run that is killed again and again ends with the same bytes: %s",
  async (name) => {
    await using uninterrupted = await temporaryDirectory();
    await collect(distill({ ...distillations[name](), engine, directory: uninterrupted.path }));
    await using killed = await temporaryDirectory();
    const stream = createStream(5);
    let resumes = 0;
    for (let attempt = 0; attempt < 5; attempt++) {
      const events = 1 + (stream.uint32(2 * attempt) % 5);
      const kill = { events, milliseconds: stream.uniform(2 * attempt + 1) * 60 };
      const { kinds } = await runInChild(killed.path, { kill, name });
      if (kinds[0] === "resume") resumes += 1;
    }
    expect(await runInChild(killed.path, { name })).toMatchObject({ status: 0 });
    expect(resumes).toBeGreaterThan(0);
    await expectSameFiles(killed.path, uninterrupted.path);
  },
  180_000,
);

test("a run that is stopped within an update saves the updates before, and goes on as if it had not been", async () => {
  await using stopped = await temporaryDirectory();
  const stop = new AbortController();
  const options = { ...smallDistillation(), engine, directory: stopped.path };
  const read = options.source.read;
  let reads = 0;
  const source = {
    ...options.source,
    read: (indices: ArrayLike<number>) => {
      if (++reads === 5) stop.abort();
      return read(indices);
    },
  };
  const run = distill({ ...options, source, signal: stop.signal });
  await expect(collect(run)).rejects.toMatchObject({ code: "aborted" });
  expect((await findCheckpoint(runDirectory(stopped.path)))?.state.progress.step).toBe(4);
  await collect(distill(options));
  await rm(runDirectory(stopped.path).checkpoint(4), { recursive: true, force: true });
  await expectSameFiles(stopped.path);
});

test("two processes do not write into one directory", async () => {
  await using shared = await temporaryDirectory();
  const options = { ...smallDistillation(), engine, directory: shared.path };
  const first = distill(options);
  await first.next();
  await expect(collect(distill(options))).rejects.toMatchObject({
    code: "usage",
    message: expect.stringMatching(
      `is a run that process ${process.pid} on .+ is writing: wait for it, stop it, or choose another directory`,
    ),
  });
  await collect(first);
  await expectSameFiles(shared.path);
});

test("a run whose directory was taken over meanwhile writes no more into it", async () => {
  await using taken = await temporaryDirectory();
  const first = distill({ ...smallDistillation(), engine, directory: taken.path });
  await first.next();
  const other = { host: "elsewhere", pid: 1, token: "another" };
  await writeFile(runDirectory(taken.path).lock, JSON.stringify(other));
  await expect(collect(first)).rejects.toThrow(/Another process took over .*run\.lock/);
  expect(await readdir(taken.path)).toEqual(["rounds", "run.lock"]);
});

test.each<[string, (checkpoint: string) => Promise<void>, RegExp]>([
  [
    "a changed byte",
    (path) => flipByte(join(path, "exp_avg.safetensors")),
    /exp_avg\.safetensors has another SHA-256/,
  ],
  [
    "a file cut short",
    (path) => truncate(join(path, "raw.safetensors"), 1000),
    /raw\.safetensors has 1000 bytes/,
  ],
  ["a file gone", (path) => rm(join(path, "model.safetensors")), /model\.safetensors cannot be read/],
  [
    "half a state",
    (path) => truncate(join(path, "state.json"), 100),
    /state\.json is not the state of a run/,
  ],
])("%s makes a run go on from the checkpoint before", async (_, damage, reason) => {
  await using copy = await temporaryDirectory();
  await cp(whole.path, copy.path, { recursive: true });
  await damage(runDirectory(copy.path).checkpoint(12));
  const events = await collect(distill({ ...smallDistillation(), engine, directory: copy.path }));
  expect(ofKind(events, "resume")).toEqual([
    {
      kind: "resume",
      step: 9,
      path: runDirectory(copy.path).checkpoint(9),
      damaged: [expect.stringMatching(reason)],
    },
  ]);
  await expectSameFiles(copy.path);
});

test("a damaged checkpoint does not outlive those that are saved after it was passed over", async () => {
  await using copy = await temporaryDirectory();
  await cp(whole.path, copy.path, { recursive: true });
  await truncate(join(runDirectory(copy.path).checkpoint(12), "state.json"), 100);
  const often = { checkpointEvery: 1, keepLast: 1 };
  for await (const { kind } of distill({ ...smallDistillation(), ...often, engine, directory: copy.path })) {
    if (kind === "checkpoint") break;
  }
  const run = runDirectory(copy.path);
  expect(await readdir(run.checkpoints)).toEqual([basename(run.checkpoint(10))]);
  expect((await findCheckpoint(run))?.state.progress.step).toBe(10);
});

test("a damaged teacher damages the checkpoints that it taught; with none left, a person decides", async () => {
  await using copy = await temporaryDirectory();
  await cp(whole.path, copy.path, { recursive: true });
  await flipByte(join(runDirectory(copy.path).round(1), "raw.safetensors"));
  await expect(findCheckpoint(runDirectory(copy.path))).rejects.toThrow(
    /No checkpoint in .* is complete: .*round-1.*SHA-256.*; .* Remove the directory to start again\./,
  );
});

test("a full disk leaves the earlier checkpoint as it was", async () => {
  await using full = await temporaryDirectory();
  const afterCheckpoint = { events: 4, milliseconds: 0 };
  await runInChild(full.path, { kill: afterCheckpoint });
  const before = await findCheckpoint(runDirectory(full.path));
  const { status, stderr } = await runInChild(full.path, { largestFile: 20 });
  expect(status).toBe(1);
  expect(stderr).toMatch(
    /Round 1 could not be saved: .*model\.safetensors cannot be written: .*Earlier checkpoints are untouched: free some space/,
  );
  expect(await findCheckpoint(runDirectory(full.path))).toEqual(before);
  expect(await runInChild(full.path)).toMatchObject({ status: 0 });
  await expectSameFiles(full.path);
});

test("a run goes on with the settings that it began with only", async () => {
  const options = { ...smallDistillation(), engine, directory: whole.path };
  const other = { ...options, seed: 2, loss: "mse", settings: { data: "other" } } as const;
  await expect(collect(distill(other))).rejects.toMatchObject({
    code: "usage",
    message: expect.stringMatching(
      /seed was 1, now 2; loss was "kl-bwd", now "mse"; data was not set, now "other"/,
    ),
  });
});

async function flipByte(path: string): Promise<void> {
  const bytes = await readFile(path);
  bytes[bytes.length - 5]! ^= 1;
  await writeFile(path, bytes);
}
