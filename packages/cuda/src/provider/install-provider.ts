import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { chmod, mkdir, mkdtemp, rename, rm } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { pipeline } from "node:stream/promises";
import { SdttError, throwIfAborted } from "@sdtt/core";
import { cudaRuntime, type PinnedPackage } from "./pins.ts";
import { providerFolder } from "./provider-folder.ts";
import { run } from "./run.ts";

export interface InstallOptions {
  /** Becomes the folder that holds all files of the packages, where `createEngine` finds them; what was there is replaced. */
  readonly folder?: string | undefined;
  /** ONNX Runtime and its provider for CUDA 13 unless given. */
  readonly packages?: readonly PinnedPackage[];
  /** Brings a package's tarball into a folder and gives its path; npm's own client unless given. */
  readonly download?: (wanted: PinnedPackage, into: string, signal?: AbortSignal) => Promise<string>;
  readonly onPackage?: (wanted: PinnedPackage) => void;
  /** Ends the download; nothing of it is kept. */
  readonly signal?: AbortSignal | undefined;
}

/**
 * Fetches ONNX Runtime's CUDA provider and the library of its release from the npm registry (262 MiB), checks their hashes, and puts the wanted files side by side. The folder appears when it is whole.
 *
 * @throws SdttError `network` if the registry cannot be reached; `format` if a tarball is not the pinned one; `aborted`.
 * @returns the folder.
 */
export async function installProvider(options: InstallOptions = {}): Promise<string> {
  const {
    packages = cudaRuntime,
    folder = providerFolder(),
    download = npmPack,
    onPackage,
    signal,
  } = options;
  await mkdir(dirname(folder), { recursive: true });
  const staging = await mkdtemp(`${folder}.`);
  try {
    const [tarballs, files] = [join(staging, "tarballs"), join(staging, "files")];
    await mkdir(tarballs);
    await mkdir(files);
    for (const wanted of packages) {
      onPackage?.(wanted);
      const tarball = await download(wanted, tarballs, signal);
      throwIfAborted(signal);
      await checkIntegrity(tarball, wanted);
      for (const member of wanted.files) {
        const depth = member.split("/").length - 1;
        await run("tar", ["-xzf", tarball, "-C", files, `--strip-components=${depth}`, member], signal);
        await chmod(join(files, basename(member)), 0o755);
      }
    }
    await rm(folder, { recursive: true, force: true });
    await rename(files, folder);
    return folder;
  } finally {
    await rm(staging, { recursive: true, force: true });
  }
}

async function npmPack(
  { name, version }: PinnedPackage,
  into: string,
  signal: AbortSignal | undefined,
): Promise<string> {
  const pack = ["pack", `${name}@${version}`, "--silent", "--ignore-scripts", "--pack-destination", into];
  try {
    const output = await run("npm", pack, signal);
    return join(into, output.trim().split("\n").at(-1)!);
  } catch (cause) {
    throwIfAborted(signal);
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
