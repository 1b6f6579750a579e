import { randomUUID } from "node:crypto";
import { readlinkSync } from "node:fs";
import { mkdir, readFile, rename, rm, stat, utimes, writeFile } from "node:fs/promises";
import { hostname } from "node:os";
import { dirname } from "node:path";
import { SdttError, throwIfAborted } from "@sdtt/core";
import { errorCode, onCacheFile } from "../cache/cache-failure.ts";
import { orUndefined } from "../cache/snapshot.ts";
import type { Clock } from "../client/clock.ts";

/** The right to download one blob, for one process of all that share the cache. */
export interface BlobLock extends AsyncDisposable {
  /** @throws SdttError `io` if another process took the lock over, which it does when this one seems dead. */
  assertHeld(): Promise<void>;
}

/** Times in milliseconds. */
export interface LockTiming {
  /** Between two looks at a lock that another process holds. */
  readonly poll: number;
  /** Between two signs of life of the holder. */
  readonly heartbeat: number;
  /** Without a sign of life for this long, a holder counts as dead. */
  readonly staleAfter: number;
}

export const defaultLockTiming: LockTiming = { poll: 200, heartbeat: 5_000, staleAfter: 60_000 };

/**
 * Waits for the lock file at `path`. It says who holds it, and its time of modification is the holder's pulse. It is
 * taken over at once when the holder ran on this machine and is gone, and otherwise when the pulse has stopped; the
 * pulse is judged by whether it changes while this process watches, so clocks need not agree.
 */
export async function acquireBlobLock(options: {
  readonly path: string;
  readonly clock: Clock;
  readonly timing?: LockTiming;
  readonly signal?: AbortSignal | undefined;
  /** Called once if another process holds the lock. */
  readonly onWait?: () => void;
}): Promise<BlobLock> {
  const { path, clock, timing = defaultLockTiming, signal, onWait } = options;
  const mine: Holder = { host: thisHost(), pid: process.pid, token: randomUUID() };
  let seen: { pulse: string; since: number } | undefined;

  await onCacheFile("create", dirname(path), () => mkdir(dirname(path), { recursive: true }));
  let waiting = false;
  while (!(await create(path, mine))) {
    throwIfAborted(signal);
    const lock = await look(path);
    if (!lock) continue; // Released between the two calls.
    if (seen?.pulse !== lock.pulse) seen = { pulse: lock.pulse, since: clock.now() };
    const dead = isGone(lock.holder) || clock.now() - seen.since >= timing.staleAfter;
    if (dead && (await takeOver(path, mine, clock))) break;
    if (!waiting) onWait?.();
    waiting = true;
    await clock.sleep(timing.poll, signal).catch(() => throwIfAborted(signal));
  }
  return hold(path, mine, clock, timing);
}

interface Holder {
  readonly host: string;
  readonly pid: number;
  /** Tells two locks of one process apart. */
  readonly token: string;
}

/** Process ids mean something only within one machine and, in containers, one namespace of processes. */
function thisHost(): string {
  try {
    return `${hostname()} ${readlinkSync("/proc/self/ns/pid")}`;
  } catch {
    return hostname();
  }
}

async function create(path: string, mine: Holder): Promise<boolean> {
  return onCacheFile("create", path, async () => {
    try {
      await writeFile(path, JSON.stringify(mine), { flag: "wx" });
      return true;
    } catch (error) {
      if (errorCode(error) === "EEXIST") return false;
      throw error;
    }
  });
}

/** The holder is undefined while its name is still being written. */
async function look(path: string): Promise<{ holder: Holder | undefined; pulse: string } | undefined> {
  return onCacheFile("read", path, async () => {
    const [text, stats] = [await orUndefined(readFile(path, "utf8")), await orUndefined(stat(path))];
    if (text === undefined || stats === undefined) return undefined;
    return { holder: parseHolder(text), pulse: `${text} ${stats.mtimeMs}` };
  });
}

function parseHolder(text: string): Holder | undefined {
  try {
    const value = JSON.parse(text) as Partial<Holder>;
    const whole =
      typeof value.host === "string" && Number.isSafeInteger(value.pid) && typeof value.token === "string";
    return whole ? (value as Holder) : undefined;
  } catch {
    return undefined;
  }
}

/** True if the holder ran here and no longer does. A process id that was given anew is left to the pulse. */
function isGone(holder: Holder | undefined): boolean {
  if (!holder || holder.host !== thisHost()) return false;
  try {
    process.kill(holder.pid, 0);
    return false;
  } catch (error) {
    return errorCode(error) === "ESRCH";
  }
}

/** Several may find the same holder dead. Each puts its own name in; the last one has the lock. */
async function takeOver(path: string, mine: Holder, clock: Clock): Promise<boolean> {
  const temporary = `${path}.${mine.token}`;
  return onCacheFile("replace", path, async () => {
    await writeFile(temporary, JSON.stringify(mine));
    await rename(temporary, path);
    await clock.sleep(50);
    return isHeldBy(path, mine);
  });
}

async function isHeldBy(path: string, mine: Holder): Promise<boolean> {
  return (await look(path))?.holder?.token === mine.token;
}

function hold(path: string, mine: Holder, clock: Clock, timing: LockTiming): BlobLock {
  const released = new AbortController();
  async function beat(): Promise<void> {
    for (;;) {
      await clock.sleep(timing.heartbeat, released.signal);
      const now = new Date(clock.now());
      if (await isHeldBy(path, mine)) await utimes(path, now, now);
    }
  }
  beat().catch(() => {}); // Ends with a rejection when the lock is released.
  return {
    async assertHeld() {
      if (!(await isHeldBy(path, mine))) {
        throw new SdttError(
          "io",
          `Another process took over ${path} because this one seemed dead; try again.`,
        );
      }
    },
    async [Symbol.asyncDispose]() {
      released.abort();
      if (await isHeldBy(path, mine)) await rm(path, { force: true });
    },
  };
}
