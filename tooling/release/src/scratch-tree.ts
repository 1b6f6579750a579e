import { existsSync } from "node:fs";
import { appendFile, cp, lstat, mkdir, readFile, realpath, symlink, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { SdttError } from "@sdtt/core";
import { findPublicPackages, repository } from "./public-packages.ts";
import { runOrThrow } from "./run-command.ts";

/**
 * Copies the tree as it is, uncommitted changes included, with what was built, to where versions may be changed. In the copy our
 * packages depend on each other; other dependencies it has none, since nothing is built in it.
 */
export async function copyTree(options: {
  readonly root: string;
  readonly directory: string;
}): Promise<void> {
  const { root, directory } = options;
  const git = ["ls-files", "--cached", "--others", "--exclude-standard", "-z"];
  const listed = await runOrThrow("git", git, { cwd: root });
  const files = listed.split("\0").filter((path) => path !== "");
  for (const path of files) await copyFile(join(root, path), join(directory, path));

  const packages = await findPublicPackages(root);
  for (const { folder, manifest } of packages) {
    const built = join(root, folder, "dist");
    if (!existsSync(built)) {
      throw new SdttError("not-found", `${folder}/dist is not there: run "pnpm build" before a rehearsal.`);
    }
    await cp(built, join(directory, folder, "dist"), { recursive: true });
    // pnpm reads the versions that "workspace:^" stands for from here.
    for (const [name, version] of Object.entries(manifest.dependencies ?? {})) {
      if (!version.startsWith("workspace:")) continue;
      const link = join(directory, folder, "node_modules", name);
      await mkdir(dirname(link), { recursive: true });
      await symlink(join(directory, packages.find((other) => other.name === name)!.folder), link);
    }
    await withoutProvenance(join(directory, folder, "package.json"));
  }
  await linkChangesets(directory);
  await runOrThrow("git", ["init", "--quiet"], { cwd: directory });
  // The changelogs name the commit of each changeset; nothing asks for that of other files, some of which are large.
  await runOrThrow("git", ["add", ".changeset"], { cwd: directory });
  const author = ["-c", "user.name=rehearsal", "-c", "user.email=rehearsal@localhost"];
  await runOrThrow("git", [...author, "commit", "--quiet", "--message", "rehearsal"], { cwd: directory });
}

/**
 * What `.changeset/config.json` names. It alone is linked, never the folder `node_modules`: pnpm, which may install where it
 * publishes, would rewrite that of the repository.
 */
async function linkChangesets(directory: string): Promise<void> {
  const name = join("node_modules", "@changesets");
  await mkdir(join(directory, name), { recursive: true });
  await symlink(await realpath(join(repository, name, "cli")), join(directory, name, "cli"));
  await appendFile(join(directory, "pnpm-workspace.yaml"), "\nverifyDepsBeforeRun: false\n");
}

async function copyFile(from: string, to: string): Promise<void> {
  // Listed, but deleted since.
  if (!(await lstat(from).catch(() => undefined))) return;
  await cp(from, to, { recursive: true });
}

/** Provenance is a statement of the host that releases; a registry on this machine cannot have one. */
async function withoutProvenance(path: string): Promise<void> {
  const manifest = JSON.parse(await readFile(path, "utf8")) as { publishConfig?: { provenance?: boolean } };
  if (manifest.publishConfig) manifest.publishConfig.provenance = false;
  await writeFile(path, `${JSON.stringify(manifest, undefined, 2)}\n`);
}
