import { access, open, rename, rm } from "node:fs/promises";
import type { FileHandle } from "node:fs/promises";
import { SdttError } from "@sdtt/core";
import { acquireFileLock, replaceFile } from "@sdtt/hub";

/** A file of numbered lines that is written over time: what is done stays if the process ends, and the file has its name when all is. */
export interface TextsFile extends AsyncDisposable {
  /** Where the lines are until all are there. */
  readonly partial: string;
  /** Whether the line of a text is there. */
  has(index: number): boolean;
  add(lines: readonly string[]): Promise<void>;
  /** Gives the file its name: the lines 0 to `total - 1` in order. */
  finish(total: number): Promise<void>;
}

/** Milliseconds. A second process learns within a beat that the first one lives. */
const timing = { poll: 100, heartbeat: 1000, staleAfter: 60_000, settle: 50 };

interface Place {
  readonly position: number;
  readonly bytes: number;
}

/**
 * Opens the file of a run, or continues with what an earlier attempt left of it.
 *
 * @param options.run - the name of the run: other runs have other partial files.
 * @throws SdttError `usage` for a file that is there already, or that another process writes; `io`.
 */
export async function openTextsFile(options: {
  readonly path: string;
  readonly run: string;
  readonly signal: AbortSignal;
}): Promise<TextsFile> {
  const { path, run, signal } = options;
  await expectNothingAt(path);
  const partial = `${path}.${run.slice(0, 8)}.partial`;
  const lock = await acquireFileLock({
    path: `${partial}.lock`,
    timing,
    signal,
    onPulse() {
      throw new SdttError("usage", `Another process is writing ${partial}: wait for it, or stop it first.`);
    },
  });
  try {
    const handle = await open(partial, "a+").catch((cause: Error) => {
      throw new SdttError("io", `${partial} cannot be written: ${cause.message}.`, { cause });
    });
    const found = await scan(handle);
    return createTextsFile({ path, partial, handle, lock, ...found });
  } catch (error) {
    await lock[Symbol.asyncDispose]();
    throw error;
  }
}

/** What a partial file holds. */
interface Found {
  readonly places: Map<number, Place>;
  /** Bytes up to the end of the last whole line. */
  size: number;
  /** Whether line n is that of text n, and nothing else is there. */
  inOrder: boolean;
}

function createTextsFile(
  options: Found & {
    readonly path: string;
    readonly partial: string;
    readonly handle: FileHandle;
    readonly lock: AsyncDisposable;
  },
): TextsFile {
  const { path, partial, handle, lock, places } = options;
  let { size, inOrder } = options;
  return {
    partial,
    has: (index) => places.has(index),
    async add(lines) {
      const parts = lines.map((line) => Buffer.from(`${line}\n`));
      await handle.appendFile(Buffer.concat(parts));
      lines.forEach((line, i) => {
        inOrder &&= indexOf(line) === places.size;
        places.set(indexOf(line)!, { position: size, bytes: parts[i]!.length });
        size += parts[i]!.length;
      });
    },
    async finish(total) {
      await expectNothingAt(path);
      if (inOrder && places.size === total) {
        await handle.sync();
        await rename(partial, path);
        return;
      }
      await replaceFile(path, async (write) => {
        for (const { position, bytes } of joinPlaces(total, places)) {
          const { buffer, bytesRead } = await handle.read(Buffer.alloc(bytes), 0, bytes, position);
          if (bytesRead !== bytes) throw new SdttError("io", `${partial} was cut while it was read.`);
          await write(buffer);
        }
      });
      await rm(partial);
    },
    async [Symbol.asyncDispose]() {
      await handle.close();
      await lock[Symbol.asyncDispose]();
    },
  };
}

async function expectNothingAt(path: string): Promise<void> {
  const isThere = await access(path).then(
    () => true,
    () => false,
  );
  if (isThere) {
    throw new SdttError(
      "usage",
      `${path} is there already: name another file with --out, or move that one away.`,
    );
  }
}

/** Finds the whole lines. One that was cut off at the end is removed. */
async function scan(handle: FileHandle): Promise<Found> {
  const found: Found = { places: new Map(), size: 0, inOrder: true };
  const { size } = await handle.stat();
  let rest = Buffer.alloc(0);
  const chunk = Buffer.alloc(2 ** 20);
  for (let position = 0; position < size;) {
    const { bytesRead } = await handle.read(chunk, 0, chunk.length, position);
    if (bytesRead === 0) break;
    position += bytesRead;
    rest = Buffer.concat([rest, chunk.subarray(0, bytesRead)]);
    let start = 0;
    for (let end = rest.indexOf(10); end >= 0; end = rest.indexOf(10, start)) {
      const index = indexOf(rest.toString("utf8", start, end));
      found.inOrder &&= index === found.places.size;
      if (index !== undefined) found.places.set(index, { position: found.size, bytes: end + 1 - start });
      found.size += end + 1 - start;
      start = end + 1;
    }
    rest = rest.subarray(start);
  }
  if (found.size < size) await handle.truncate(found.size);
  return found;
}

/** The number of the text of a line; undefined for what is no such line. */
function indexOf(line: string): number | undefined {
  try {
    const { index } = JSON.parse(line) as { index?: unknown };
    return Number.isSafeInteger(index) ? (index as number) : undefined;
  } catch {
    return undefined;
  }
}

/** Bytes that are copied at a time. */
const mostBytes = 2 ** 24;

/** Where to read the lines in order: neighbours as one. */
function* joinPlaces(total: number, places: ReadonlyMap<number, Place>): Generator<Place> {
  let last: Place | undefined;
  for (let index = 0; index < total; index++) {
    const { position, bytes } = places.get(index)!;
    const isNext = last && last.position + last.bytes === position && last.bytes + bytes <= mostBytes;
    if (last && !isNext) yield last;
    last = isNext ? { position: last!.position, bytes: last!.bytes + bytes } : { position, bytes };
  }
  if (last) yield last;
}
