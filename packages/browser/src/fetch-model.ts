import { SdttError } from "@sdtt/core";
import { fetchFile } from "./weights/fetch-file.ts";
import type { RemoteFile } from "./weights/remote-file.ts";
import { weightsFile } from "./weights/remote-file.ts";
import type { Store } from "./weights/store.ts";

/** How much of a model has arrived, from the network or from what the browser keeps. */
export interface LoadProgress {
  /** Bytes. */
  readonly loaded: number;
  /** Bytes of all its files; undefined where that is not known. */
  readonly total: number | undefined;
}

export interface FetchModelOptions {
  readonly fetch: typeof fetch;
  readonly store: Store;
  readonly signal?: AbortSignal | undefined;
  readonly onProgress: (progress: LoadProgress) => void;
}

/**
 * The contents of a model's files, by path. Files that nobody promised may be missing, but for the weights.
 *
 * @throws SdttError as `fetchFile`.
 */
export async function fetchModel(
  files: readonly RemoteFile[],
  { onProgress, ...options }: FetchModelOptions,
): Promise<Map<string, Uint8Array<ArrayBuffer>>> {
  const sizes = files.map(({ size }) => size);
  const total = sizes.every((size) => size !== undefined) ? sizes.reduce((a, b) => a + b, 0) : undefined;
  const loaded = new Map<string, number>();
  const contents = new Map<string, Uint8Array<ArrayBuffer>>();
  await Promise.all(
    files.map(async (file) => {
      const note = (bytes: number): void => {
        loaded.set(file.path, bytes);
        onProgress({ loaded: [...loaded.values()].reduce((a, b) => a + b, 0), total });
      };
      try {
        contents.set(file.path, await fetchFile(file, { ...options, onProgress: note }));
      } catch (error) {
        const isOptional = file.size === undefined && file.path !== weightsFile;
        if (!(isOptional && error instanceof SdttError && error.code === "not-found")) throw error;
      }
    }),
  );
  return contents;
}
