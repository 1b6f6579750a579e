import { isSdttError, SdttError, throwIfAborted, untilAborted } from "@sdtt/core";
import type { ByteBuffer } from "./byte-buffer.ts";
import { connect } from "./connect.ts";
import type { RemoteFile } from "./remote-file.ts";

export interface DownloadOptions {
  readonly fetch: typeof fetch;
  readonly signal?: AbortSignal | undefined;
  /** Bytes so far. */
  readonly onProgress: (loaded: number) => void;
  /** Milliseconds before the first repetition, doubled for each that follows; 500 unless given. */
  readonly delay?: number | undefined;
  /** Milliseconds without a byte after which a connection counts as broken; 30,000 unless given. */
  readonly stallTimeout?: number | undefined;
}

/** Tries in a row that bring nothing. */
const mostFailures = 5;

/**
 * Fills a buffer with a file, from where it stands on. A connection that breaks or stalls is made again and resumed.
 *
 * @throws SdttError `network` if it keeps breaking; `not-found`, `unauthorized`; `format` for a longer file; `aborted`.
 */
export async function download(
  file: RemoteFile,
  buffer: ByteBuffer,
  options: DownloadOptions,
): Promise<void> {
  const { signal, delay = 500 } = options;
  for (let failures = 0; ;) {
    const before = buffer.length;
    try {
      await receive(file, buffer, options);
      return;
    } catch (error) {
      throwIfAborted(signal);
      if (!isSdttError(error) || error.code !== "network") throw error;
      failures = buffer.length > before ? 1 : failures + 1;
      if (failures >= mostFailures) throw error;
      await untilAborted(pause(delay * 2 ** (failures - 1)), signal);
    }
  }
}

async function receive(file: RemoteFile, buffer: ByteBuffer, options: DownloadOptions): Promise<void> {
  const { signal, onProgress, stallTimeout = 30_000 } = options;
  const answer = await connect(file.url, { ...options, from: buffer.length });
  // It has all of the file already, or another file.
  if (answer.status === 416 && buffer.length === file.size) return;
  if (answer.status !== 206) buffer.clear();
  if (!answer.ok) throw refusal(file, answer.status);
  const reader = answer.body!.getReader();
  const broken = (cause?: unknown) =>
    new SdttError(
      "network",
      `The download of ${file.path} broke after ${buffer.length} bytes: load it again to resume it.`,
      {
        cause,
      },
    );
  try {
    for (;;) {
      const { done, value } = await withTimeout(untilAborted(reader.read(), signal), stallTimeout).catch(
        (cause: unknown) => {
          throw broken(cause);
        },
      );
      if (done) break;
      buffer.append(value);
      onProgress(buffer.length);
    }
  } finally {
    await reader.cancel().catch(() => {});
  }
  if (file.size !== undefined && buffer.length < file.size) throw broken();
}

function refusal({ url, path }: RemoteFile, status: number): SdttError {
  if (status === 404) return new SdttError("not-found", `There is no ${path} at ${url}.`);
  if (status === 401 || status === 403) {
    return new SdttError("unauthorized", `${url} is not public (status ${status}).`);
  }
  const mayPass = status >= 500 || status === 408 || status === 416 || status === 429;
  return new SdttError(mayPass ? "network" : "io", `${url} was answered with status ${status}.`);
}

async function withTimeout<T>(work: Promise<T>, milliseconds: number): Promise<T> {
  const { promise: late, reject } = Promise.withResolvers<never>();
  const timer = setTimeout(() => reject(new Error(`nothing came for ${milliseconds} ms`)), milliseconds);
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}

function pause(milliseconds: number): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, milliseconds);
  });
}
