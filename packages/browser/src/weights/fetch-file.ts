import { SdttError } from "@sdtt/core";
import { createByteBuffer } from "./byte-buffer.ts";
import { download } from "./download.ts";
import type { DownloadOptions } from "./download.ts";
import type { RemoteFile } from "./remote-file.ts";
import { sha256 } from "./sha256.ts";
import type { Store } from "./store.ts";

export interface FetchFileOptions extends DownloadOptions {
  readonly store: Store;
}

/**
 * The bytes of a file: those that the browser keeps, or fetched, checked and kept. What arrived of a download that fails or is
 * cancelled is kept too, and resumed the next time.
 *
 * @throws SdttError as `download`; `format` for a file that is not what was published.
 */
export async function fetchFile(
  file: RemoteFile,
  options: FetchFileOptions,
): Promise<Uint8Array<ArrayBuffer>> {
  const { store, onProgress } = options;
  if (file.sha256 === undefined) {
    const buffer = createByteBuffer(file.path, file.size);
    await download(file, buffer, options);
    return buffer.bytes();
  }
  const kept = await store.read(file.sha256);
  if (kept && (await isPublished(kept, file))) {
    onProgress(kept.length);
    return kept;
  }
  const partial = `partial/${file.sha256}`;
  const begun = await store.read(partial);
  let bytes = await fetchFrom(begun, file, options);
  if (begun && !(await isPublished(bytes, file))) bytes = await fetchFrom(undefined, file, options);
  await store.remove(partial);
  await expectPublished(bytes, file);
  await store.write(file.sha256, bytes);
  return bytes;
}

async function fetchFrom(
  begun: Uint8Array | undefined,
  file: RemoteFile,
  options: FetchFileOptions,
): Promise<Uint8Array<ArrayBuffer>> {
  const buffer = createByteBuffer(file.path, file.size);
  if (begun && begun.length <= (file.size ?? Infinity)) buffer.append(begun);
  try {
    await download(file, buffer, options);
    return buffer.bytes();
  } catch (error) {
    if (buffer.length > 0) await options.store.write(`partial/${file.sha256}`, buffer.bytes());
    throw error;
  }
}

async function isPublished(
  bytes: Uint8Array<ArrayBuffer>,
  { sha256: expected }: RemoteFile,
): Promise<boolean> {
  const found = await sha256(bytes);
  return found === undefined || found === expected;
}

async function expectPublished(bytes: Uint8Array<ArrayBuffer>, file: RemoteFile): Promise<void> {
  if (await isPublished(bytes, file)) return;
  throw new SdttError(
    "format",
    `${file.path} is not the file that was published: its SHA-256 is ${await sha256(bytes)}, expected ${file.sha256}. It was changed or damaged on its way or at ${file.url}; load it again, or tell whoever serves it.`,
  );
}
