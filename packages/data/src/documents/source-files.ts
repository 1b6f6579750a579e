import { glob, readdir, stat } from "node:fs/promises";
import { join } from "node:path";
import { SdttError } from "@sdtt/core";
import { fileError, isMissing } from "../file-error.ts";
import type { DocumentFormat } from "./document-format.ts";
import { formatOf, knownExtensions } from "./formats.ts";
import type { Compression } from "./formats.ts";

/** A file of documents. */
export interface SourceFile {
  readonly path: string;
  /** Bytes on the disk. */
  readonly size: number;
  /** When it was last changed, in milliseconds. */
  readonly modified: number;
  readonly format: DocumentFormat;
  readonly compression: Compression | undefined;
}

/**
 * The files that are meant by paths of files, of folders and by patterns (`books/*.jsonl.gz`), in the order given. Of a
 * folder and of a pattern those that can be read are taken, in the order of their paths.
 *
 * @throws SdttError `not-found` for a path where nothing is and a pattern that nothing matches; `usage` for a file of an
 * unknown kind and a folder with none of a known kind.
 */
export async function findSourceFiles(sources: string | readonly string[]): Promise<SourceFile[]> {
  const listed = typeof sources === "string" ? [sources] : sources;
  if (listed.length === 0)
    throw new SdttError("usage", "No data is named: name a file, a folder or a pattern.");
  const files: SourceFile[] = [];
  for (const source of listed) {
    for (const path of await expand(source)) files.push(await describe(path));
  }
  return files;
}

async function expand(source: string): Promise<string[]> {
  const kind = await kindOf(source);
  if (kind === "file") return [source];
  const isFolder = kind === "folder";
  const found = isFolder ? await filesUnder(source) : await filesMatching(source);
  const readable = found.filter((path) => formatOf(path)).sort();
  if (readable.length > 0) return readable;
  if (isFolder || found.length > 0) {
    throw new SdttError("usage", `${source} has no file of a known type: expected ${knownExtensions}.`);
  }
  throw new SdttError("not-found", `There is nothing at ${source}.`);
}

async function kindOf(path: string): Promise<"file" | "folder" | undefined> {
  try {
    return (await stat(path)).isDirectory() ? "folder" : "file";
  } catch (cause) {
    if (isMissing(cause)) return undefined;
    throw fileError(path, "read", cause);
  }
}

async function filesUnder(folder: string): Promise<string[]> {
  const names = await readdir(folder, { recursive: true }).catch((cause: unknown) => {
    throw fileError(folder, "read", cause);
  });
  return names.map((name) => join(folder, name));
}

async function filesMatching(pattern: string): Promise<string[]> {
  const paths: string[] = [];
  for await (const path of glob(pattern)) paths.push(path);
  return paths;
}

async function describe(path: string): Promise<SourceFile> {
  const known = formatOf(path);
  if (!known) {
    throw new SdttError(
      "usage",
      `${path} has an unknown type: expected a name that ends in ${knownExtensions}.`,
    );
  }
  const stats = await stat(path).catch((cause: unknown) => {
    throw fileError(path, "read", cause);
  });
  if (!stats.isFile()) throw new SdttError("usage", `${path} is not a regular file.`);
  return { path, size: stats.size, modified: stats.mtimeMs, ...known };
}

/** Bytes of all files, as they lie on the disk. */
export function totalSize(files: readonly SourceFile[]): number {
  return files.reduce((sum, { size }) => sum + size, 0);
}

/** @throws SdttError `io` if a file is not as it was when it was found. */
export async function assertUnchanged(files: readonly SourceFile[]): Promise<void> {
  for (const { path, size, modified } of files) {
    const now = await describe(path);
    if (now.size !== size || now.modified !== modified) {
      throw new SdttError("io", `${path} changed while it was read; try again when it is complete.`);
    }
  }
}
