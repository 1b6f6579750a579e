import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { chmod, copyFile, mkdir, readdir, writeFile } from "node:fs/promises";
import { join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { createGzip } from "node:zlib";
import { SdttError } from "@sdtt/core";
import { root, runtimeFolder } from "../places.ts";
import { run } from "../run.ts";
import { bundleNames, tarArguments } from "./contents.ts";
import { writeParts } from "./parts.ts";
import type { Part } from "./parts.ts";

const unpackScript = fileURLToPath(new URL("../../launchers/unpack.sh", import.meta.url));

/**
 * Packs the workspace as it lies here, with Node and all packages, and the CUDA runtime if it was fetched, into an empty
 * folder: parts, their hashes, and the script that puts them together.
 *
 * @throws SdttError `usage` if the folder holds anything.
 */
export async function packBundle({ folder }: { folder: string }): Promise<readonly Part[]> {
  await mkdir(folder, { recursive: true });
  if ((await readdir(folder)).length > 0) {
    throw new SdttError("usage", `${folder} is not empty: name a new folder for the bundle.`);
  }
  const listed = await run("git", ["ls-files", "-z"], root);
  const names = bundleNames({
    tracked: listed.split("\0").filter(Boolean),
    isPresent: (path) => existsSync(join(root, path)),
    runtime: relative(root, runtimeFolder),
  });
  const parts = await writeParts(archive(await insidePackages(names)), folder);
  await writeFile(
    join(folder, "SHA256SUMS"),
    parts.map(({ sha256, name }) => `${sha256}  ${name}\n`).join(""),
  );
  await copyFile(unpackScript, join(folder, "unpack.sh"));
  await chmod(join(folder, "unpack.sh"), 0o755);
  return parts;
}

/** The root's packages one by one: tools come and go beside them, and tar complains of a folder that changed. */
async function insidePackages(names: readonly string[]): Promise<string[]> {
  const packages = "node_modules";
  const inside = await readdir(join(root, packages));
  return names.flatMap((name) => (name === packages ? inside.map((entry) => join(packages, entry)) : [name]));
}

/** The compressed archive of these names, as it comes into being. */
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
