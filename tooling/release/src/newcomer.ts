import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { writeExamples } from "@sdtt/examples";
import { repository } from "./public-packages.ts";
import { registrySettings } from "./registry-settings.ts";
import { runOrThrow } from "./run-command.ts";
import { cleanEnvironment } from "./toolbox.ts";

/** Something that a newcomer does, and how long it took. */
export interface TimedPath {
  readonly path: string;
  readonly seconds: number;
}

/**
 * The environment of a machine on which npm and pnpm have downloaded nothing yet: their caches are in a folder, which should be empty.
 * Node, git and the registry's settings are those of the machine.
 */
export function emptyCaches(directory: string): NodeJS.ProcessEnv {
  return {
    ...cleanEnvironment(),
    npm_config_cache: join(directory, "npm"),
    PNPM_HOME: join(directory, "pnpm"),
    XDG_CACHE_HOME: join(directory, "cache"),
    XDG_DATA_HOME: join(directory, "data"),
    XDG_STATE_HOME: join(directory, "state"),
    HF_HOME: join(directory, "hub"),
  };
}

/** Clones the repository as it is committed, and runs one of its npm scripts, which installs what it needs. */
export async function timeClone(options: {
  /** An empty folder for all that is made. */
  readonly directory: string;
  readonly script: "start" | "test";
  readonly signal?: AbortSignal | undefined;
}): Promise<number> {
  const { directory, script, signal } = options;
  const settings = { env: emptyCaches(join(directory, "caches")), signal, minutes: 60 };
  await mkdir(directory, { recursive: true });
  return await secondsOf(async () => {
    // As an address, so that it is transferred rather than linked.
    const clone = ["clone", "--quiet", pathToFileURL(repository).href, "clone"];
    await runOrThrow("git", clone, { ...settings, cwd: directory });
    await runOrThrow("npm", [script], { ...settings, cwd: join(directory, "clone") });
  });
}

/** Installs the library into a blank project and runs the first example of its README to the end. */
export async function timeBlankProject(options: {
  /** An empty folder for all that is made. */
  readonly directory: string;
  readonly registry: string;
  readonly signal?: AbortSignal | undefined;
}): Promise<number> {
  const { directory, registry, signal } = options;
  const markdown = await readFile(join(repository, "packages/sdtt/README.md"), "utf8");
  const project = join(directory, "project");
  const [example] = await writeExamples({ markdown, name: "README.md", directory: project });
  await writeFile(join(project, "package.json"), '{ "private": true, "type": "module" }\n');
  await writeFile(join(project, ".npmrc"), registrySettings(registry));
  const settings = { cwd: project, env: emptyCaches(join(directory, "caches")), signal, minutes: 30 };
  return await secondsOf(async () => {
    await runOrThrow("npm", ["install", "--ignore-scripts", "sdtt"], settings);
    await runOrThrow("node", [example!.path], settings);
  });
}

async function secondsOf(work: () => Promise<void>): Promise<number> {
  const start = performance.now();
  await work();
  return (performance.now() - start) / 1e3;
}

/** The table of the README. */
export function newcomerTable(paths: readonly TimedPath[]): string {
  const rows = paths.map(({ path, seconds }) => `| ${path} | ${inWords(seconds)} |`);
  return ["| from nothing to | takes |", "| --- | --- |", ...rows].join("\n");
}

function inWords(seconds: number): string {
  const whole = Math.round(seconds);
  return whole < 60 ? `${whole} s` : `${Math.floor(whole / 60)} min ${whole % 60} s`;
}
