import { randomUUID } from "node:crypto";
import { readlinkSync } from "node:fs";
import { readFile, rename, rm, stat, utimes, writeFile } from "node:fs/promises";
import { hostname } from "node:os";
import { errorCode } from "../file-error.ts";

/** Who holds a lock: a process, and which of its locks. */
export interface LockHolder {
  readonly host: string;
  readonly pid: number;
  readonly token: string;
}

/** What a lock file shows at one moment. */
export interface LockState {
  /** Undefined while the name is still being written. */
  readonly holder: LockHolder | undefined;
  /** Changes whenever the holder shows that it is alive. */
  readonly pulse: string;
}

/** A holder's name for a lock that this process wants. */
export function newHolder(): LockHolder {
  return { host: thisHost(), pid: process.pid, token: randomUUID() };
}

/** Process ids mean something only within one machine and, in containers, one namespace of processes. */
function thisHost(): string {
  try {
    return `${hostname()} ${readlinkSync("/proc/self/ns/pid")}`;
  } catch {
    return hostname();
  }
}

/** Puts the holder's name into a new file; false if the file exists. */
export async function createLockFile(path: string, holder: LockHolder): Promise<boolean> {
  try {
    await writeFile(path, JSON.stringify(holder), { flag: "wx" });
    return true;
  } catch (error) {
    if (errorCode(error) === "EEXIST") return false;
    throw error;
  }
}

/** Puts the holder's name in the place of another one. */
export async function replaceLockFile(path: string, holder: LockHolder): Promise<void> {
  const temporary = `${path}.${holder.token}`;
  await writeFile(temporary, JSON.stringify(holder));
  await rename(temporary, path);
}

/** Undefined if nobody holds the lock. */
export async function readLockFile(path: string): Promise<LockState | undefined> {
  try {
    const [text, { mtimeMs }] = [await readFile(path, "utf8"), await stat(path)];
    return { holder: parseHolder(text), pulse: `${text} ${mtimeMs}` };
  } catch (error) {
    if (errorCode(error) === "ENOENT") return undefined;
    throw error;
  }
}

export async function isHeldBy(path: string, holder: LockHolder): Promise<boolean> {
  return (await readLockFile(path))?.holder?.token === holder.token;
}

/** Shows that the holder is alive. */
export async function touchLockFile(path: string, now: number): Promise<void> {
  await utimes(path, new Date(now), new Date(now));
}

export async function deleteLockFile(path: string): Promise<void> {
  await rm(path, { force: true });
}

/** True if the holder ran here and no longer does. A process id that was reused is left to the pulse. */
export function isGone(holder: LockHolder | undefined): boolean {
  if (!holder || holder.host !== thisHost()) return false;
  try {
    process.kill(holder.pid, 0);
    return false;
  } catch (error) {
    return errorCode(error) === "ESRCH";
  }
}

function parseHolder(text: string): LockHolder | undefined {
  try {
    const { host, pid, token } = JSON.parse(text) as Partial<LockHolder>;
    const isWhole = typeof host === "string" && Number.isSafeInteger(pid) && typeof token === "string";
    return isWhole ? { host, pid: pid!, token } : undefined;
  } catch {
    return undefined;
  }
}
