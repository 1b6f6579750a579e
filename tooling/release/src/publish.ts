import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { repository } from "./public-packages.ts";
import { runOrThrow } from "./run-command.ts";

/**
 * Versions the copy of a tree by its changesets and publishes all of it, as the release does. The tree itself keeps its versions
 * and its changesets.
 */
export async function versionAndPublish(options: {
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

/** An `.npmrc` for our registry. It lets anyone publish, but npm and pnpm want some token to send. */
export function registrySettings(registry: string): string {
  return `registry=${registry}/\n${registry.replace("http:", "")}/:_authToken=rehearsal\nfund=false\naudit=false\n`;
}
