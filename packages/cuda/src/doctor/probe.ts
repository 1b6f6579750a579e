import { execFile } from "node:child_process";
import { createReadStream } from "node:fs";
import { access, readdir, readFile } from "node:fs/promises";
import { promisify } from "node:util";

/** What a diagnosis asks the machine; tests answer for machines that are not at hand. */
export interface Probe {
  exists(path: string): Promise<boolean>;
  /** A small text file; undefined if there is none. */
  read(path: string): Promise<string | undefined>;
  /** Names in a folder; none if it does not exist. */
  list(folder: string): Promise<readonly string[]>;
  /** A large file piece by piece. */
  bytes(path: string): AsyncIterable<Uint8Array>;
  /** What a program prints; undefined if it is absent, fails or takes longer than ten seconds. */
  output(program: string, args: readonly string[]): Promise<string | undefined>;
  /** The shared libraries that a library needs, by the loader's own word. Throws if it is no library. */
  dependencies(library: string): Promise<readonly Dependency[]>;
}

export interface Dependency {
  /** As in `libcublas.so.13`. */
  readonly name: string;
  readonly found: boolean;
}

/** Of glibc on x86-64, the one platform with a CUDA provider; its place is part of the ABI. */
const loader = "/lib64/ld-linux-x86-64.so.2";

/** This machine, if it is a Linux one. */
export const machine: Probe = {
  exists: (path) =>
    access(path).then(
      () => true,
      () => false,
    ),
  read: (path) => readFile(path, "utf8").catch(() => undefined),
  list: (folder) => readdir(folder).catch(() => []),
  bytes: (path) => createReadStream(path, { highWaterMark: 4 * 2 ** 20 }),
  output: (program, args) =>
    promisify(execFile)(program, args, { timeout: 10_000, maxBuffer: 4 * 2 ** 20 }).then(
      ({ stdout }) => stdout,
      () => undefined,
    ),
  async dependencies(library) {
    // What ldd does, which minimal containers lack.
    const env = { ...process.env, LD_TRACE_LOADED_OBJECTS: "1" };
    const { stdout } = await promisify(execFile)(loader, [library], { env });
    return stdout.split("\n").flatMap((line) => {
      const [, name, place] = /^\s*(\S+) => (.+)/.exec(line) ?? [];
      return name && place ? [{ name, found: place.trim() !== "not found" }] : [];
    });
  },
};
