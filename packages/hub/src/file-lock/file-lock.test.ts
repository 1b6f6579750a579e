import { readFile, stat, utimes, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { spawnSync } from "node:child_process";
import { temporaryDirectory } from "@sdtt/testing";
import { expect, test } from "vitest";
import { systemClock } from "../client/clock.ts";
import { acquireFileLock } from "./file-lock.ts";

const timing = { poll: 5, heartbeat: 5, staleAfter: 100, settle: 50 };

const acquire = (path: string, extra: Partial<Parameters<typeof acquireFileLock>[0]> = {}) =>
  acquireFileLock({ path, clock: systemClock, timing, ...extra });

const exists = (path: string): Promise<boolean> =>
  stat(path).then(
    () => true,
    () => false,
  );

/** The id of a process that no longer runs. */
const deadProcess = (): number => spawnSync(process.execPath, ["--version"]).pid;

/** The lock file of a process on this machine, as this package writes it. */
async function writeLock(path: string, change: object): Promise<void> {
  const lock = await acquire(path);
  const mine = JSON.parse(await readFile(path, "utf8")) as object;
  await lock[Symbol.asyncDispose]();
  await writeFile(path, JSON.stringify({ ...mine, token: "another", ...change }));
}

test("one holds it at a time, in the order in which they get to it", async () => {
  await using directory = await temporaryDirectory();
  const path = join(directory.path, "locks", "a.lock");
  let [holders, most, waits] = [0, 0, 0];
  await Promise.all(
    Array.from({ length: 8 }, async () => {
      await using lock = await acquire(path, { onWait: () => void waits++ });
      most = Math.max(most, ++holders);
      await systemClock.sleep(3);
      await lock.assertHeld();
      holders--;
    }),
  );
  expect({ most, waits }).toEqual({ most: 1, waits: 7 });
  expect(await exists(path)).toBe(false);
});

test("the lock of a process that died here is taken over without waiting", async () => {
  await using directory = await temporaryDirectory();
  const path = join(directory.path, "a.lock");
  await writeLock(path, { pid: deadProcess() });
  await using lock = await acquire(path, { timing: { ...timing, staleAfter: Infinity } });
  await expect(lock.assertHeld()).resolves.toBeUndefined();
});

test("of many that find the holder dead, one takes over", async () => {
  await using directory = await temporaryDirectory();
  const path = join(directory.path, "a.lock");
  await writeLock(path, { pid: deadProcess() });
  let [holders, most] = [0, 0];
  await Promise.all(
    Array.from({ length: 6 }, async () => {
      await using lock = await acquire(path);
      most = Math.max(most, ++holders);
      await systemClock.sleep(3);
      await lock.assertHeld();
      holders--;
    }),
  );
  expect(most).toBe(1);
});

test.each([
  ["on another machine", { host: "elsewhere" }],
  ["whose process id was reused", { pid: process.pid }],
])("a holder %s is dead when its pulse has stopped, and not before", async (_, change) => {
  await using directory = await temporaryDirectory();
  const path = join(directory.path, "a.lock");
  await writeLock(path, change);
  let beats = 0;
  let waiting = true;
  const pulse = (async () => {
    for (; beats < 20; beats++) {
      await systemClock.sleep(20);
      await utimes(path, beats, beats);
      expect(waiting).toBe(true);
    }
  })();
  await using lock = await acquire(path);
  waiting = false;
  await pulse;
  expect(beats).toBe(20);
  await lock.assertHeld();
});

test("a half-written lock file counts as dead once it stays as it is", async () => {
  await using directory = await temporaryDirectory();
  const path = join(directory.path, "a.lock");
  await writeFile(path, '{"host":');
  await using lock = await acquire(path);
  await expect(lock.assertHeld()).resolves.toBeUndefined();
});

test("a holder that was taken for dead learns of it, and leaves the new holder's lock alone", async () => {
  await using directory = await temporaryDirectory();
  const path = join(directory.path, "a.lock");
  const lock = await acquire(path);
  await writeFile(path, JSON.stringify({ host: "elsewhere", pid: 1, token: "another" }));
  await expect(lock.assertHeld()).rejects.toMatchObject({ code: "io" });
  await lock[Symbol.asyncDispose]();
  expect(await exists(path)).toBe(true);
});

test("waiting ends with an abort", async () => {
  await using directory = await temporaryDirectory();
  const path = join(directory.path, "a.lock");
  await using lock = await acquire(path);
  const controller = new AbortController();
  const waiting = acquire(path, { signal: controller.signal, onWait: () => controller.abort() });
  await expect(waiting).rejects.toMatchObject({ code: "aborted" });
  await lock.assertHeld();
});

test("who will not wait for a living holder is told of its life, and takes the lock of a dead one", async () => {
  await using directory = await temporaryDirectory();
  const path = join(directory.path, "a.lock");
  const onPulse = (holder?: { pid: number }) => {
    throw new Error(`${holder?.pid} is alive`);
  };
  {
    await using _ = await acquire(path);
    await expect(acquire(path, { onPulse })).rejects.toThrow(`${process.pid} is alive`);
  }
  await writeLock(path, { pid: process.pid });
  await using lock = await acquire(path, { onPulse });
  await expect(lock.assertHeld()).resolves.toBeUndefined();
});
