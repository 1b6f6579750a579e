import { mkdir } from "node:fs/promises";
import { dirname } from "node:path";
import { SdttError, throwIfAborted } from "@sdtt/core";
import { onCacheFile } from "../cache/cache-failure.ts";
import type { Clock } from "../client/clock.ts";
import {
  createLockFile,
  deleteLockFile,
  isGone,
  isHeldBy,
  newHolder,
  readLockFile,
  replaceLockFile,
  touchLockFile,
} from "./lock-file.ts";
import type { LockHolder } from "./lock-file.ts";

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
  /** How long a takeover must last before it counts: more than another process takes from its last look to its own. */
  readonly settle: number;
}

const defaultTiming: LockTiming = { poll: 200, heartbeat: 5_000, staleAfter: 60_000, settle: 50 };

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
  const { path, clock, timing = defaultTiming, signal, onWait } = options;
  const mine = newHolder();
  let seen: { pulse: string; since: number } | undefined;
  let waiting = false;

  await onCacheFile("create", dirname(path), () => mkdir(dirname(path), { recursive: true }));
  while (!(await createLockFile(path, mine))) {
    throwIfAborted(signal);
    const lock = await readLockFile(path);
    if (!lock) continue; // Released between the two calls.
    if (seen?.pulse !== lock.pulse) seen = { pulse: lock.pulse, since: clock.now() };
    const isDead = isGone(lock.holder) || clock.now() - seen.since >= timing.staleAfter;
    if (isDead && (await takeOver(path, mine, clock, timing))) break;
    if (!waiting) onWait?.();
    waiting = true;
    await clock.sleep(timing.poll, signal).catch(() => throwIfAborted(signal));
  }
  return hold(path, mine, clock, timing);
}

/** Several may find the same holder dead. Each puts its own name in; the last one has the lock. */
async function takeOver(path: string, mine: LockHolder, clock: Clock, timing: LockTiming): Promise<boolean> {
  await replaceLockFile(path, mine);
  await clock.sleep(timing.settle);
  return isHeldBy(path, mine);
}

function hold(path: string, mine: LockHolder, clock: Clock, timing: LockTiming): BlobLock {
  const released = new AbortController();
  async function beat(): Promise<void> {
    for (;;) {
      await clock.sleep(timing.heartbeat, released.signal);
      if (await isHeldBy(path, mine)) await touchLockFile(path, clock.now());
    }
  }
  beat().catch(() => {}); // Ends with a rejection when the lock is released.

  return {
    async assertHeld() {
      if (await isHeldBy(path, mine)) return;
      throw new SdttError("io", `Another process took over ${path} because this one seemed dead; try again.`);
    },
    async [Symbol.asyncDispose]() {
      released.abort();
      if (await isHeldBy(path, mine)) await deleteLockFile(path);
    },
  };
}
