import { parseModelReference } from "@sdtt/checkpoint";
import { SdttError } from "@sdtt/core";
import { findFolderFiles, findHubFiles } from "./weights/find-files.ts";
import type { RemoteFile } from "./weights/remote-file.ts";

export interface LocateModelOptions {
  readonly fetch: typeof fetch;
  /** Of the Hub; `https://huggingface.co` unless given. */
  readonly endpoint?: string | undefined;
  readonly signal?: AbortSignal | undefined;
}

const publicHub = "https://huggingface.co";

/**
 * The files that a name stands for: a folder of the web (`./models/tiny/`, `https://...`), whose address is relative to the
 * page, or a model of the Hub (`sdtt:kld/7`, `org/name@revision`).
 *
 * @throws SdttError `usage` for a name that is none; `network`, `not-found`, `format` if its files cannot be listed.
 */
export async function locateModel(name: string, options: LocateModelOptions): Promise<RemoteFile[]> {
  if (/^(\.{0,2}\/|[a-z]+:\/\/)/i.test(name)) return findFolderFiles(folderAddress(name), options);
  const reference = parseModelReference(name);
  if (reference.kind === "hub") {
    const { repo, revision } = reference;
    return findHubFiles({ endpoint: options.endpoint ?? publicHub, repo, revision }, options);
  }
  throw new SdttError(
    "usage",
    `"${name}" is a model of the file system, which a page cannot read: copy its folder to your site (of the bundled ones, @sdtt/tiny/models/student) and give its address, such as ./models/tiny/.`,
  );
}

function folderAddress(name: string): string {
  const { href } = new URL(name, globalThis.document?.baseURI ?? globalThis.location.href);
  return href.endsWith("/") ? href : `${href}/`;
}
