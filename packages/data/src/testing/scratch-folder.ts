import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, beforeEach } from "vitest";

export interface ScratchFolder {
  /** Another one in each test. */
  readonly path: string;
  at(name: string): string;
  /** Writes a file, its folders too, and gives its path. */
  write(name: string, content: string | Uint8Array): Promise<string>;
}

/** A folder of its own for each test of a file, removed after it. */
export function scratchFolder(): ScratchFolder {
  let path = "";
  beforeEach(async () => {
    path = await mkdtemp(join(tmpdir(), "sdtt-data-"));
  });
  afterEach(() => rm(path, { recursive: true, force: true }));
  const at = (name: string): string => join(path, name);
  return {
    get path() {
      return path;
    },
    at,
    async write(name, content) {
      await mkdir(dirname(at(name)), { recursive: true });
      await writeFile(at(name), content);
      return at(name);
    },
  };
}
