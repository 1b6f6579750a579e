import { cp, readdir, readFile, rm, truncate, writeFile } from "node:fs/promises";
import { basename, join } from "node:path";
import { createEngine } from "@sdtt/runtime";
import type { Engine } from "@sdtt/runtime";
import { temporaryDirectory } from "@sdtt/testing";
import { afterAll, beforeAll, expect, test } from "vitest";
import { findCheckpoint } from "../checkpoint/load-checkpoint.ts";
import { runDirectory } from "../checkpoint/run-directory.ts";
import { collect, ofKind } from "../testing/collect.ts";
import { expectSameAfterKills, expectSameFiles, runInChild } from "../testing/killed-run.ts";
import { smallDistillation } from "../testing/small-run.ts";
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

test("a run that is killed again and again ends with the same bytes", async () => {
  await expectSameAfterKills("smallDistillation", engine);
}, 180_000);

test("a run that is stopped within an update saves the updates before, and resumes as if it had not been", async () => {
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
  await expectSameFiles(stopped.path, whole.path);
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
  await expectSameFiles(shared.path, whole.path);
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
])("%s makes a run resume from the checkpoint before", async (_, damage, reason) => {
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
  await expectSameFiles(copy.path, whole.path);
});

test("a damaged checkpoint does not outlive those that are saved after it was skipped", async () => {
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
  await expectSameFiles(full.path, whole.path);
}, 120_000);

test("a run resumes only with the settings that it started with", async () => {
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
