import { readFile, mkdir, writeFile } from "node:fs/promises";
import { delimiter, dirname, join } from "node:path";
import { repository } from "./public-packages.ts";
import { runOrThrow } from "./run-command.ts";

/** The oldest Node that the packages say they run on, and what the repository itself runs on. */
const nodeVersions = { 22: "22.23.3", 24: "24.21.0" } as const;

export type NodeMajor = keyof typeof nodeVersions;

export const nodeMajors = Object.keys(nodeVersions).map(Number) as NodeMajor[];

/** The compilers that have to accept our types: the last one written in JavaScript, and the first native one. */
export const compilers = { 5.9: "5.9.3", 7: "7.0.2" } as const;

/** Programs that a rehearsal needs, of versions that are fixed. */
export interface Toolbox {
  /** The environment in which `node`, `npm`, `npx` and `pnpm` are of that Node. */
  environment(node: NodeMajor): NodeJS.ProcessEnv;
  /** Runs a compiler on the `tsconfig.json` of the folder. */
  readonly tsc: Readonly<Record<keyof typeof compilers, string>>;
}

/** Installs the programs into a folder; what the repository has in the wanted version is used from there. */
export async function fillToolbox(directory: string): Promise<Toolbox> {
  const { packageManager } = JSON.parse(await readFile(join(repository, "package.json"), "utf8")) as {
    packageManager: string;
  };
  await mkdir(directory, { recursive: true });
  await writeFile(join(directory, "package.json"), '{ "private": true }\n');
  const wanted = [packageManager];
  const find = async (name: string, version: string) => {
    const own = join(repository, "node_modules", name);
    if ((await installedVersion(own)) === version) return own;
    const alias = `${name}-${version}`;
    wanted.push(`${alias}@npm:${name}@${version}`);
    return join(directory, "node_modules", alias);
  };
  const node = `node-${process.platform === "win32" ? "win" : process.platform}-${process.arch}`;
  const nodes = { 22: await find(node, nodeVersions[22]), 24: await find(node, nodeVersions[24]) };
  const tsc = {
    5.9: join(await find("typescript", compilers[5.9]), "bin/tsc"),
    7: join(await find("typescript", compilers[7]), "bin/tsc"),
  };
  await runOrThrow("npm", ["install", "--ignore-scripts", "--no-audit", "--no-fund", ...wanted], {
    cwd: directory,
    minutes: 30,
  });
  return {
    environment(major) {
      const bin = join(directory, "node_modules/.bin");
      const folders = [join(nodes[major], "bin"), bin, dirname(process.execPath)];
      return { ...cleanEnvironment(), PATH: [...folders, process.env.PATH].join(delimiter) };
    },
    tsc,
  };
}

async function installedVersion(folder: string): Promise<string | undefined> {
  try {
    return (JSON.parse(await readFile(join(folder, "package.json"), "utf8")) as { version: string }).version;
  } catch {
    return undefined;
  }
}

/** The environment without what npm and pnpm tell the scripts that they run, which would configure those that we run. */
export function cleanEnvironment(): NodeJS.ProcessEnv {
  return Object.fromEntries(
    Object.entries(process.env).filter(([name]) => !/^(?:npm|pnpm)_|^NODE_OPTIONS$|^INIT_CWD$/i.test(name)),
  );
}
