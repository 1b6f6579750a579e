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

/** Installs the programs into a folder. */
export async function fillToolbox(directory: string): Promise<Toolbox> {
  const { packageManager } = JSON.parse(await readFile(join(repository, "package.json"), "utf8")) as {
    packageManager: string;
  };
  const platform = `${process.platform === "win32" ? "win" : process.platform}-${process.arch}`;
  await mkdir(directory, { recursive: true });
  await writeFile(join(directory, "package.json"), '{ "private": true }\n');
  const wanted = [
    packageManager,
    ...Object.entries(nodeVersions).map(([major, version]) => `node${major}@npm:node-${platform}@${version}`),
    ...Object.entries(compilers).map(
      ([release, version]) => `${compilerFolder(release)}@npm:typescript@${version}`,
    ),
  ];
  await runOrThrow("npm", ["install", "--ignore-scripts", "--no-audit", "--no-fund", ...wanted], {
    cwd: directory,
    minutes: 30,
  });
  const modules = join(directory, "node_modules");
  return {
    environment(node) {
      const folders = [join(modules, `node${node}/bin`), join(modules, ".bin"), dirname(process.execPath)];
      return { ...cleanEnvironment(), PATH: [...folders, process.env.PATH].join(delimiter) };
    },
    tsc: {
      5.9: join(modules, compilerFolder("5.9"), "bin/tsc"),
      7: join(modules, compilerFolder("7"), "bin/tsc"),
    },
  };
}

function compilerFolder(release: string): string {
  return `typescript-${release.replace(".", "-")}`;
}

/** What npm and pnpm tell the scripts that they run would configure those that we run. */
function cleanEnvironment(): NodeJS.ProcessEnv {
  return Object.fromEntries(
    Object.entries(process.env).filter(([name]) => !/^(?:npm|pnpm)_|^NODE_OPTIONS$|^INIT_CWD$/i.test(name)),
  );
}
