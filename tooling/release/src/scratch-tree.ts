import { cp, lstat, mkdir, readdir, readFile, symlink, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { findPublicPackages, repository } from "./public-packages.ts";
import { runOrThrow } from "./run-command.ts";

/**
 * Copies the tree as it is, uncommitted changes included, with what was built, to where versions may be changed. Dependencies are
 * those of the repository; our packages depend on each other within the copy.
 */
export async function copyTree(directory: string): Promise<void> {
  const git = ["ls-files", "--cached", "--others", "--exclude-standard", "-z"];
  const listed = await runOrThrow("git", git, { cwd: repository });
  const files = listed.split("\0").filter((path) => path !== "");
  for (const path of files) await copyFile(path, directory);

  const packages = await findPublicPackages();
  for (const { folder, manifest } of packages) {
    await cp(join(repository, folder, "dist"), join(directory, folder, "dist"), { recursive: true });
    // pnpm reads the versions that "workspace:^" stands for from here.
    for (const [name, version] of Object.entries(manifest.dependencies ?? {})) {
      if (!version.startsWith("workspace:")) continue;
      const link = join(directory, folder, "node_modules", name);
      await mkdir(dirname(link), { recursive: true });
      await symlink(join(directory, packages.find((other) => other.name === name)!.folder), link);
    }
    await withoutProvenance(join(directory, folder, "package.json"));
  }
  await symlink(join(repository, "node_modules"), join(directory, "node_modules"));
  await runOrThrow("git", ["init", "--quiet"], { cwd: directory });
  await runOrThrow("git", ["add", "--all"], { cwd: directory });
  const author = ["-c", "user.name=rehearsal", "-c", "user.email=rehearsal@localhost"];
  await runOrThrow("git", [...author, "commit", "--quiet", "--message", "rehearsal"], { cwd: directory });
}

async function copyFile(path: string, directory: string): Promise<void> {
  const from = join(repository, path);
  // Listed, but deleted since.
  if (!(await lstat(from).catch(() => undefined))) return;
  await cp(from, join(directory, path), { recursive: true });
}

/** Provenance is a statement of the host that releases; a registry on this machine cannot have one. */
async function withoutProvenance(path: string): Promise<void> {
  const manifest = JSON.parse(await readFile(path, "utf8")) as { publishConfig?: { provenance?: boolean } };
  if (manifest.publishConfig) manifest.publishConfig.provenance = false;
  await writeFile(path, `${JSON.stringify(manifest, undefined, 2)}\n`);
}

/** The changelogs that `changeset version` wrote into a copy, by folder. */
export async function changelogs(directory: string): Promise<ReadonlyMap<string, string>> {
  const found = new Map<string, string>();
  for (const { folder } of await findPublicPackages(directory)) {
    const names = await readdir(join(directory, folder));
    if (names.includes("CHANGELOG.md")) {
      found.set(folder, await readFile(join(directory, folder, "CHANGELOG.md"), "utf8"));
    }
  }
  return found;
}
