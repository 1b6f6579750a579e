import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { repository } from "./public-packages.ts";
import { openRegistry } from "./registry.ts";
import type { Registry } from "./registry.ts";
import { registrySettings } from "./registry-settings.ts";
import { runOrThrow } from "./run-command.ts";
import { copyTree } from "./scratch-tree.ts";
import type { Toolbox } from "./toolbox.ts";

/**
 * Opens a registry on loopback that has every public package of a tree, as its release would publish them. All that is made lies in
 * `directory`.
 */
export async function openReleasedRegistry(options: {
  readonly root: string;
  readonly directory: string;
  readonly toolbox: Toolbox;
}): Promise<Registry> {
  const { root, directory, toolbox } = options;
  const upstream = (await runOrThrow("npm", ["config", "get", "registry"], { cwd: directory })).trim();
  const registry = await openRegistry({ directory: join(directory, "registry"), upstream });
  try {
    const tree = join(directory, "tree");
    await copyTree({ root, directory: tree });
    await versionAndPublish({ tree, registry: registry.url, env: toolbox.environment(24) });
    return registry;
  } catch (error) {
    await registry[Symbol.asyncDispose]();
    throw error;
  }
}

/**
 * Versions the copy of a tree by its changesets and publishes all of it, as the release does. The tree itself keeps its versions
 * and its changesets.
 */
async function versionAndPublish(options: {
  readonly tree: string;
  readonly registry: string;
  readonly env: NodeJS.ProcessEnv;
}): Promise<void> {
  const { tree, registry, env } = options;
  await writeFile(join(tree, ".npmrc"), registrySettings(registry));
  const changeset = join(repository, "node_modules/@changesets/cli/bin.js");
  const settings = { cwd: tree, env: { ...env, npm_config_registry: `${registry}/` }, minutes: 30 };
  await runOrThrow("node", [changeset, "version"], settings);
  await runOrThrow("node", [changeset, "publish", "--no-git-tag"], settings);
}
