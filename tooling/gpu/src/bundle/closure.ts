import { readdir, readFile, realpath } from "node:fs/promises";
import { join, relative, sep } from "node:path";

/** What of a pnpm workspace is needed to run some of its packages, as paths within it. */
export interface Closure {
  /** Folders of workspace packages. */
  readonly workspaces: readonly string[];
  /** Links in `node_modules` folders of those. */
  readonly links: readonly string[];
  /** Folders of `node_modules/.pnpm`, each with a package and links to what it needs. */
  readonly stored: readonly string[];
}

export interface ClosureOptions {
  /** The workspace; its real path. */
  readonly root: string;
  /** Folders of the packages to run. */
  readonly entries: readonly string[];
  /** Packages of the root that are run themselves. */
  readonly tools: readonly string[];
  /** Folders of those whose tests are run, which need their development dependencies. */
  readonly tested: readonly string[];
}

const modules = "node_modules";
const store = join(modules, ".pnpm");

/** Follows the links that pnpm has made, from the packages to run to everything that they depend on. */
export async function findClosure({ root, entries, tools, tested }: ClosureOptions): Promise<Closure> {
  const workspaces = new Set<string>();
  const links = new Set<string>();
  const stored = new Set<string>();

  async function follow(link: string): Promise<void> {
    const place = await realpath(join(root, link)).catch(() => undefined);
    // Optional packages of other platforms are not installed.
    if (place === undefined) return;
    links.add(link);
    const path = relative(root, place);
    if (path.startsWith(store + sep)) await addStored(path.split(sep).slice(0, 3).join(sep));
    else await addWorkspace(path);
  }

  async function addWorkspace(folder: string): Promise<void> {
    if (workspaces.has(folder)) return;
    workspaces.add(folder);
    const manifest = JSON.parse(await readFile(join(root, folder, "package.json"), "utf8")) as Manifest;
    for (const name of namesIn(manifest, tested.includes(folder))) await follow(join(folder, modules, name));
  }

  /** Lists the links beside a stored package; they come with its folder. */
  async function addStored(folder: string): Promise<void> {
    if (stored.has(folder)) return;
    stored.add(folder);
    for (const name of await packageNames(join(root, folder, modules))) {
      const place = await realpath(join(root, folder, modules, name)).catch(() => undefined);
      if (place === undefined) continue;
      const path = relative(root, place);
      if (path.startsWith(store + sep)) await addStored(path.split(sep).slice(0, 3).join(sep));
    }
  }

  for (const folder of entries) await addWorkspace(folder);
  for (const folder of tested) await addWorkspace(folder);
  for (const name of tools) await follow(join(modules, name));
  return {
    workspaces: [...workspaces].toSorted(),
    links: [...links].toSorted(),
    stored: [...stored].toSorted(),
  };
}

type Manifest = Partial<
  Record<
    "dependencies" | "optionalDependencies" | "peerDependencies" | "devDependencies",
    Readonly<Record<string, string>>
  >
>;

function namesIn(manifest: Manifest, development: boolean): string[] {
  const { dependencies, optionalDependencies, peerDependencies, devDependencies } = manifest;
  const all = { ...dependencies, ...optionalDependencies, ...peerDependencies };
  return Object.keys(development ? { ...all, ...devDependencies } : all);
}

/** The names of the packages in a `node_modules` folder, scoped ones too. */
async function packageNames(folder: string): Promise<string[]> {
  const names = (await readdir(folder)).filter((name) => !name.startsWith("."));
  const parts = await Promise.all(
    names.map(async (name) =>
      name.startsWith("@") ? (await readdir(join(folder, name))).map((inner) => `${name}/${inner}`) : [name],
    ),
  );
  return parts.flat();
}
