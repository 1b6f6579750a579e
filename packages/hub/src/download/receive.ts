import { isSdttError, throwIfAborted } from "@sdtt/core";
import type { HubConnection } from "../client/connection.ts";
import { reasonOf } from "../client/hub-fetch.ts";
import { explainAnswer, isFromStorage } from "../client/refusal.ts";
import type { Subject } from "../client/refusal.ts";
import { isTransientStatus, parseRetryAfter, TransientFailure } from "../client/retry.ts";
import { startWatchdog } from "../client/watchdog.ts";
import type { PartialBlob } from "./partial-blob.ts";

/**
 * One request for the bytes of a file that are still missing, written as they come.
 *
 * @throws TransientFailure for whatever another request may cure: what came is kept, and the next one continues after it.
 * @throws SdttError for a refusal, and if the file cannot be written.
 */
export async function receive(options: {
  readonly connection: HubConnection;
  readonly subject: Subject;
  readonly url: string;
  readonly size: number;
  readonly partial: PartialBlob;
  readonly onReceived: (received: number) => void;
}): Promise<void> {
  const { connection, subject, url, size, partial, onReceived } = options;
  const { clock, stallTimeout, signal } = connection;
  const token = await connection.token();
  using watchdog = startWatchdog({ clock, timeout: stallTimeout, signal });
  const start = partial.received;
  const failure = (
    message: string,
    details: { cause?: unknown; retryAfter?: number } = {},
  ): TransientFailure =>
    new TransientFailure(`${subject.path} of ${subject.repo}: ${message}`, {
      ...details,
      progressed: partial.received > start,
    });

  try {
    const response = await connection.fetch(url, {
      // No If-Range: the entity tag of the store behind a redirect is not that of the Hub.
      headers: {
        "Accept-Encoding": "identity",
        ...(start > 0 && { Range: `bytes=${start}-` }),
        ...(token && { Authorization: `Bearer ${token}` }),
      },
      signal: watchdog.signal,
    });
    watchdog.reset();
    if (response.status === 416) {
      await partial.restart();
      throw failure(`the server has no byte ${start}.`);
    }
    if (!response.ok) {
      const cause = explainAnswer(response, subject);
      // A store refuses when the link that the Hub gave has expired; the next request gets a new link.
      if (!isTransientStatus(response.status) && !isFromStorage(response, subject)) throw cause;
      const retryAfter = parseRetryAfter(response.headers.get("Retry-After"), clock.now());
      throw failure(cause.message, { cause, retryAfter });
    }
    if (isWebPage(response) && !/\.html?$/.test(url)) {
      throw failure("a web page came instead of the file; a proxy or a login page may stand in between.");
    }
    const { from, total } = rangeOf(response);
    if (total !== undefined && total !== size) {
      throw failure(`the server offers ${total} bytes where the Hub promised ${size}.`);
    }
    if (from !== start) {
      if (from !== 0) throw failure(`the server sends from byte ${from} where byte ${start} was asked for.`);
      await partial.restart();
    }
    for await (const chunk of response.body ?? []) {
      watchdog.reset();
      if (partial.received + chunk.byteLength > size) {
        await partial.restart();
        throw failure(`the server sends more than the ${size} bytes that the Hub promised.`);
      }
      await partial.append(chunk);
      watchdog.reset(); // A slow disk is not a silent server.
      onReceived(partial.received);
    }
  } catch (error) {
    throwIfAborted(signal);
    if (error instanceof TransientFailure || isSdttError(error)) throw error;
    throw failure(
      watchdog.barked
        ? `the connection stalled: nothing was received for ${stallTimeout / 1000} s.`
        : `the connection broke (${reasonOf(error)}).`,
      { cause: error },
    );
  }
  if (partial.received < size) throw failure(`the answer ended after ${partial.received} of ${size} bytes.`);
}

/** The first byte that an answer brings and the size of the whole file, as far as the headers say. */
function rangeOf({ status, headers }: Response): { from: number; total: number | undefined } {
  const range = /^bytes (\d+)-\d+\/(\d+)$/.exec(headers.get("Content-Range") ?? "");
  if (status === 206 && range) return { from: Number(range[1]), total: Number(range[2]) };
  const length = headers.get("Content-Length");
  return { from: 0, total: length === null || headers.has("Content-Encoding") ? undefined : Number(length) };
}

function isWebPage({ headers }: Response): boolean {
  return headers.get("Content-Type")?.startsWith("text/html") ?? false;
}
