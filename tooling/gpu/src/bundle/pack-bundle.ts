import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { chmod, copyFile, mkdir, readdir, realpath, writeFile } from "node:fs/promises";
import { join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { createGzip } from "node:zlib";
import { SdttError } from "@sdtt/core";
import { root, runtimeFolder } from "../places.ts";
import { run } from "../run.ts";
import { findClosure } from "./closure.ts";
import { bundled, bundleNames, tarArguments } from "./contents.ts";
import { writeParts } from "./parts.ts";
import type { Part } from "./parts.ts";

const unpackScript = fileURLToPath(new URL("../../launchers/unpack.sh", import.meta.url));

export interface BundleOptions {
  /** A new or empty one. */
  readonly folder: string;
  /** Bytes of a part at most; 60 MiB unless given. */
  readonly partSize?: number | undefined;
  /** Holds the CUDA runtime; left out if it is not there. */
  readonly runtime?: string;
}

/**
 * Packs what a machine with a GPU runs, as it lies in this workspace, with Node and the CUDA runtime if it was fetched:
 * parts, their hashes, and the script that puts them together.
 *
 * @throws SdttError `usage` if the folder holds anything.
 */
export async function packBundle({
  folder,
  partSize,
  runtime = runtimeFolder,
}: BundleOptions): Promise<readonly Part[]> {
  await mkdir(folder, { recursive: true });
  if ((await readdir(folder)).length > 0) {
    throw new SdttError("usage", `${folder} is not empty: name a new folder for the bundle.`);
  }
  const listed = await run("git", ["ls-files", "-z", "--cached", "--others", "--exclude-standard"], root);
  const names = bundleNames({
    tracked: listed.split("\0").filter(Boolean),
    closure: await findClosure({ root: await realpath(root), ...bundled }),
    runtime: existsSync(runtime) ? relative(root, runtime) : undefined,
  }).filter((path) => existsSync(join(root, path)));
  const parts = await writeParts(archive(names), folder, partSize);
  await writeFile(
    join(folder, "SHA256SUMS"),
    parts.map(({ sha256, name }) => `${sha256}  ${name}\n`).join(""),
  );
  await copyFile(unpackScript, join(folder, "unpack.sh"));
  await chmod(join(folder, "unpack.sh"), 0o755);
  return parts;
}

/** The compressed archive of these names, as it is written. */
async function* archive(names: readonly string[]): AsyncGenerator<Uint8Array> {
  const tar = spawn("tar", tarArguments, { cwd: root, stdio: ["pipe", "pipe", "inherit"] });
  const ended = new Promise<number>((resolve, reject) => {
    tar.on("error", reject);
    tar.on("close", (code) => resolve(code ?? 1));
  });
  tar.stdin.end(names.map((name) => `${name}\0`).join(""));
  yield* tar.stdout.pipe(createGzip({ level: 6 })) as AsyncIterable<Uint8Array>;
  const status = await ended;
  if (status !== 0) throw new SdttError("io", `tar ended with status ${status}: the bundle is not whole.`);
}
