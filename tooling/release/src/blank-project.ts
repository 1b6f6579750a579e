import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { registrySettings } from "./registry-settings.ts";
import { runCommand } from "./run-command.ts";
import type { CommandResult } from "./run-command.ts";
import type { NodeMajor, Toolbox } from "./toolbox.ts";

export const managers = ["npm", "pnpm"] as const;
export type Manager = (typeof managers)[number];

/** A project of somebody who has nothing but npm or pnpm. */
export interface BlankProject {
  readonly directory: string;
  /** Installs packages as `npm install ARGUMENTS` of a README says. Gives what went wrong, in one line. */
  install(args: readonly string[]): Promise<string | undefined>;
  /** Runs a program under a Node, however it ends. */
  execute(node: NodeMajor, file: string, args: readonly string[]): Promise<CommandResult>;
  /** Runs a program under a Node. Gives what went wrong, in one line. */
  run(node: NodeMajor, file: string, args: readonly string[]): Promise<string | undefined>;
}

export async function createBlankProject(options: {
  readonly directory: string;
  readonly registry: string;
  readonly manager: Manager;
  readonly toolbox: Toolbox;
  readonly signal?: AbortSignal | undefined;
}): Promise<BlankProject> {
  const { directory, registry, manager, toolbox, signal } = options;
  await mkdir(directory, { recursive: true });
  // Node's types are what every TypeScript project has. Here from the start, they come with the first installation.
  const manifest = { private: true, type: "module", devDependencies: { "@types/node": "24" } };
  await writeFile(join(directory, "package.json"), JSON.stringify(manifest));
  await writeFile(join(directory, ".npmrc"), registrySettings(registry));
  const execute = (node: NodeMajor, file: string, args: readonly string[], minutes?: number) => {
    // Offline for the Hub: an example that runs needs nothing of it.
    const env = { ...toolbox.environment(node), HF_HUB_OFFLINE: "1", HF_HOME: join(directory, ".hub") };
    return runCommand(file, args, { cwd: directory, env, signal, minutes });
  };
  const run = async (...args: Parameters<typeof execute>) => {
    const { status, output } = await execute(...args);
    return status === 0 ? undefined : firstError(output);
  };
  return {
    directory,
    // No release age: what was published a moment ago is to be installed.
    install: (args) =>
      manager === "npm"
        ? run(24, "npm", ["install", ...args], 30)
        : run(24, "pnpm", ["add", "--config.minimum-release-age=0", ...args], 30),
    execute: (node, file, args) => execute(node, file, args),
    run: (node, file, args) => run(node, file, args),
  };
}

/** The line of an output that says most: the first that names an error, else the last. */
export function firstError(output: string): string {
  const lines = output
    .split("\n")
    .map((line) => line.trim())
    .filter((line) => line !== "");
  return (
    lines.find((line) => /error\b.*[: ]|cannot find/i.test(line) && !/npm warn/i.test(line)) ??
    lines.at(-1) ??
    "no output"
  );
}
