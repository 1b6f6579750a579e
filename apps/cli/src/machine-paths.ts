import { readdirSync } from "node:fs";
import { open } from "node:fs/promises";
import { resolve } from "node:path";
import { SdttError } from "@sdtt/core";

/** A file that is to be published, by the name that others will see. */
export interface NamedFile {
  readonly path: string;
  readonly content: { readonly localPath: string } | { readonly bytes: Uint8Array };
}

/** Files that people write words in; the words of a tokenizer.json are those of its vocabulary. */
const textFile = /(^|\.)(json|jsonl|md|txt|yaml|yml|LICENSE)$/i;
/** Bytes of a file that are looked at. */
const searchedBytes = 2 ** 22;

/**
 * Refuses to publish where things lie on this machine: absolute paths in the files that people read.
 *
 * @throws SdttError `usage` that names the file and the path.
 */
export async function refuseMachinePaths(files: readonly NamedFile[]): Promise<void> {
  for (const { path, content } of files.filter(
    (file) => textFile.test(file.path) && file.path !== "tokenizer.json",
  )) {
    const text = "bytes" in content ? new TextDecoder().decode(content.bytes) : await head(content.localPath);
    const found = findMachinePath(text);
    if (found === undefined) continue;
    throw new SdttError(
      "usage",
      `${path} names a path of this machine, which would be published: ${found}. Replace it and push again.`,
    );
  }
}

/** Where people keep files on other machines than this one. */
const usualRoots = new Set(["home", "Users", "root", "mnt", "media", "srv", "tmp", "var", "Volumes"]);

/** The first absolute path of a machine in a text: one with a drive, or below a directory that machines have or this one has. */
export function findMachinePath(
  text: string,
  roots: readonly string[] = readdirSync(resolve("/")),
): string | undefined {
  const path = /(?<![\w.:/~\\-])(?:[A-Za-z]:(?:\\\\?|\/)|\/([^\s/"'`<>]+)\/)[^\s"'`<>|()[\]{},;*?]+/g;
  for (const [found, root] of text.matchAll(path)) {
    if (root === undefined || usualRoots.has(root) || roots.includes(root)) {
      return found.replace(/[.:]+$/, "");
    }
  }
  return undefined;
}

async function head(path: string): Promise<string> {
  await using file = await open(path);
  const { buffer, bytesRead } = await file.read(Buffer.alloc(searchedBytes), 0, searchedBytes, 0);
  return buffer.toString("utf8", 0, bytesRead);
}
