import { SdttError } from "@sdtt/core";
import { z } from "zod";
import { fetchJson } from "./fetch-json.ts";
import type { FetchJsonOptions } from "./fetch-json.ts";
import { modelFiles, weightsFile } from "./remote-file.ts";
import type { RemoteFile } from "./remote-file.ts";

const digest = z.string().regex(/^[0-9a-f]{64}$/);
const size = z.int().nonnegative();

/** The `files.json` of a folder: what it holds, so that it can be checked and kept. */
const fileList = z.object({
  files: z.array(z.object({ path: z.string().min(1), size, sha256: digest })).max(1000),
});

/** A repository as the Hub lists it. */
const hubTree = z
  .array(
    z.object({
      type: z.string(),
      path: z.string().min(1),
      size,
      lfs: z.object({ oid: digest, size }).optional(),
    }),
  )
  .max(1000);

/**
 * The files of a model in a folder of the web. Its `files.json` says what they must be; without one they are taken as they
 * come, and the browser's own cache is all that keeps them.
 *
 * @param folder - its address, with a slash at the end.
 * @throws SdttError `network`, `format`, or `not-found` for a list without weights.
 */
export async function findFolderFiles(folder: string, options: FetchJsonOptions): Promise<RemoteFile[]> {
  const address = `${folder}files.json`;
  const content = await fetchJson(address, options);
  if (content === undefined) return modelFiles.map((path) => ({ path, url: folder + path }));
  const { files } = parse(fileList, content, address);
  const wanted = files.filter(({ path }) => modelFiles.includes(path));
  return withWeights(
    wanted.map((file) => ({ ...file, url: folder + file.path })),
    folder,
  );
}

/** The files of a model of the Hub. Throws as `findFolderFiles`. */
export async function findHubFiles(
  { endpoint, repo, revision }: { endpoint: string; repo: string; revision: string },
  options: FetchJsonOptions,
): Promise<RemoteFile[]> {
  const branch = encodeURIComponent(revision);
  const address = `${endpoint}/api/models/${repo}/tree/${branch}`;
  const content = await fetchJson(address, options);
  if (content === undefined) {
    throw new SdttError("not-found", `${endpoint} has no model ${repo} at ${revision}, or does not show it.`);
  }
  const files = parse(hubTree, content, address)
    .filter(({ path }) => modelFiles.includes(path))
    .map((file) => ({
      path: file.path,
      url: `${endpoint}/${repo}/resolve/${branch}/${file.path}`,
      size: file.lfs?.size ?? file.size,
      sha256: file.lfs?.oid,
    }));
  return withWeights(files, `${repo}@${revision}`);
}

function withWeights(files: RemoteFile[], place: string): RemoteFile[] {
  if (files.some(({ path }) => path === weightsFile)) return files;
  throw new SdttError(
    "not-found",
    `${place} has no ${weightsFile}, the one kind of weights that is read in a page: convert the model with \`sdtt convert --page\`.`,
  );
}

function parse<T>(schema: z.ZodType<T>, content: unknown, address: string): T {
  const { success, data, error } = schema.safeParse(content);
  if (success) return data;
  const [issue] = error.issues;
  throw new SdttError(
    "format",
    `${address} is no list of files: ${issue!.path.join(".") || "it"}: ${issue!.message}.`,
  );
}
