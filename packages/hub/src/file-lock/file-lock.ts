import { dirname } from "node:path";
import { SdttError, throwIfAborted } from "@sdtt/core";
import { systemClock } from "../client/clock.ts";
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
import { makeDirectory } from "../make-directory.ts";

/** The right to do something, for one holder of all that look at the same path. */
export interface FileLock extends AsyncDisposable {
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

export interface FileLockOptions {
  readonly path: string;
  readonly clock?: Clock;
  readonly timing?: LockTiming;
  readonly signal?: AbortSignal | undefined;
  /** Called once if another holds the lock. */
  readonly onWait?: () => void;
  /**
   * Called whenever the holder that is waited for shows that it is alive: what it throws ends the waiting. So a process
   * that will not wait for a living holder still takes the lock of a dead one.
   */
  readonly onPulse?: (holder: LockHolder | undefined) => void;
}

/**
 * Waits for the lock file at `path`. It says who holds it, and its time of modification is the holder's pulse. It is
 * taken over at once when the holder ran on this machine and is gone, and otherwise when the pulse has stopped; the
 * pulse is judged by whether it changes while this process watches, so clocks need not agree.
 *
 * @throws SdttError `aborted`; the file system's own errors as they are, for the caller to explain.
 */
export async function acquireFileLock(options: FileLockOptions): Promise<FileLock> {
  const { path, clock = systemClock, timing = defaultTiming, signal, onWait, onPulse } = options;
  const mine = newHolder();
  let seen: { pulse: string; since: number } | undefined;
  let waiting = false;

  await makeDirectory(dirname(path));
  while (!(await createLockFile(path, mine))) {
    throwIfAborted(signal);
    const lock = await readLockFile(path);
    if (!lock) continue; // Released between the two calls.
    if (seen?.pulse !== lock.pulse) {
      if (seen) onPulse?.(lock.holder);
      seen = { pulse: lock.pulse, since: clock.now() };
    }
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

function hold(path: string, mine: LockHolder, clock: Clock, timing: LockTiming): FileLock {
  async function beat(): Promise<void> {
    if (await isHeldBy(path, mine)) await touchLockFile(path, clock.now());
  }
  // A sign of life that fails is one that is missing.
  const beating = setInterval(() => void beat().catch(() => {}), timing.heartbeat);
  beating.unref(); // A lock keeps no process alive.

  return {
    async assertHeld() {
      if (await isHeldBy(path, mine)) return;
      throw new SdttError("io", `Another process took over ${path} because this one seemed dead; try again.`);
    },
    async [Symbol.asyncDispose]() {
      clearInterval(beating);
      if (await isHeldBy(path, mine)) await deleteLockFile(path);
    },
  };
}
