import { readdir, readFile, stat } from "node:fs/promises";
import { dirname, join } from "node:path";
import type { Manifest } from "./public-packages.ts";

/** What a package brings: itself and all that it depends on. */
export interface InstallSize {
  readonly packages: number;
  /** Of files as they lie in `node_modules`. */
  readonly bytes: number;
}

/** Follows the dependencies of an installed package through `node_modules`. Optional ones of other platforms are not there. */
export async function installSize(folder: string): Promise<InstallSize> {
  const sizes = new Map<string, number>();
  const waiting = [folder];
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    if (sizes.has(next)) continue;
    sizes.set(next, await sizeOf(next, next));
    const manifest = JSON.parse(await readFile(join(next, "package.json"), "utf8")) as Manifest;
    const { dependencies, optionalDependencies, peerDependencies } = manifest;
    for (const name of Object.keys({ ...dependencies, ...optionalDependencies, ...peerDependencies })) {
      const found = await findPackage(name, next);
      if (found !== undefined) waiting.push(found);
    }
  }
  return { packages: sizes.size, bytes: [...sizes.values()].reduce((sum, bytes) => sum + bytes, 0) };
}

/** The folder of a dependency, by Node's resolution. */
async function findPackage(name: string, from: string): Promise<string | undefined> {
  for (let folder = from; folder !== dirname(folder); folder = dirname(folder)) {
    const candidate = join(folder, "node_modules", name);
    if (await stat(join(candidate, "package.json")).catch(() => undefined)) return candidate;
  }
  return undefined;
}

/** Bytes of all files of a package but those of the packages that lie in its `node_modules`. */
async function sizeOf(folder: string, root: string): Promise<number> {
  const entries = await readdir(folder, { withFileTypes: true });
  const sizes = await Promise.all(
    entries.map(async (entry): Promise<number> => {
      const path = join(folder, entry.name);
      if (entry.isFile()) return (await stat(path)).size;
      const isOthers = folder === root && entry.name === "node_modules";
      return entry.isDirectory() && !isOthers ? sizeOf(path, root) : 0;
    }),
  );
  return sizes.reduce((sum, bytes) => sum + bytes, 0);
}
