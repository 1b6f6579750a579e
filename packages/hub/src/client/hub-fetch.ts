import { isSdttError, SdttError, throwIfAborted } from "@sdtt/core";
import type { HubConnection } from "./connection.ts";
import { explainAnswer } from "./refusal.ts";
import type { Subject } from "./refusal.ts";
import { isTransientStatus, parseRetryAfter, TransientFailure, withRetries } from "./retry.ts";
import { startWatchdog } from "./watchdog.ts";
import type { Watchdog } from "./watchdog.ts";

/** The longest answer to a request about metadata. A page of 1000 files is about 400 kB. */
const longestAnswer = 16 * 2 ** 20;

/** Hears how many bytes of an uploaded file left; a negative number takes back what a broken attempt had sent. */
export type SentListener = (file: string, bytes: number) => void;

/**
 * The `fetch` to hand to @huggingface/hub, which has neither timeouts nor retries and drops the headers that say why a
 * request was refused. Answers are read whole, so that a body which stalls or breaks is retried too.
 *
 * Status 409 is left to the caller: it means that what was to be created exists.
 */
export function createHubFetch(
  connection: HubConnection,
  subject: Subject,
  onSent: SentListener = () => {},
): typeof fetch {
  return (input, init = {}) =>
    withRetries(connection, () => fetchOnce(connection, subject, onSent, input, init));
}

async function fetchOnce(
  connection: HubConnection,
  subject: Subject,
  onSent: SentListener,
  input: Parameters<typeof fetch>[0],
  init: RequestInit,
): Promise<Response> {
  const { clock, stallTimeout, signal } = connection;
  using watchdog = startWatchdog({ clock, timeout: stallTimeout, signal });
  const upload = countBody(init, (file, bytes) => {
    watchdog.reset();
    onSent(file, bytes);
  });
  // A POST that broke off may have had its effect; it is repeated only where the server says that it had none.
  const repeatable = init.method !== "POST";
  try {
    const response = await connection.fetch(input, { ...init, ...upload.init, signal: watchdog.signal });
    const body = await readBody(response, watchdog);
    checkAnswer(response, body, { subject, repeatable, now: clock.now() });
    return new Response(body.byteLength > 0 ? body : null, {
      status: response.status,
      headers: response.headers,
    });
  } catch (error) {
    upload.takeBack();
    throwIfAborted(signal);
    if (error instanceof TransientFailure || isSdttError(error)) throw error;
    const what = watchdog.barked
      ? `${subject.endpoint} was silent for ${stallTimeout / 1000} s.`
      : `${subject.endpoint} cannot be reached (${reasonOf(error)}).`;
    if (repeatable) throw new TransientFailure(what, { cause: error });
    throw new SdttError("network", what, { cause: error });
  }
}

/** Counts an uploaded file on its way out. */
function countBody(
  init: RequestInit & { progressHint?: { path?: string } },
  onSent: SentListener,
): { init: RequestInit & { duplex?: "half" }; takeBack: () => void } {
  const file = init.progressHint?.path;
  if (!(init.body instanceof Blob) || file === undefined) return { init: {}, takeBack: () => {} };
  let sent = 0;
  let ended = false;
  const counter = new TransformStream<Uint8Array, Uint8Array>({
    transform(chunk, controller) {
      if (ended) return; // The attempt is over, and somebody still pumps.
      sent += chunk.byteLength;
      onSent(file, chunk.byteLength);
      controller.enqueue(chunk);
    },
  });
  // With the length given nothing is sent in chunks, which object stores refuse.
  const headers = new Headers(init.headers);
  headers.set("Content-Length", String(init.body.size));
  const body = init.body.stream().pipeThrough(counter);
  const takeBack = (): void => {
    ended = true;
    onSent(file, -sent);
  };
  return { init: { body, headers, duplex: "half" }, takeBack };
}

async function readBody(response: Response, watchdog: Watchdog): Promise<Uint8Array<ArrayBuffer>> {
  const chunks: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of response.body ?? []) {
    watchdog.reset();
    length += chunk.byteLength;
    if (length > longestAnswer) {
      throw new SdttError(
        "network",
        `${response.url} answered with more than ${longestAnswer} bytes of metadata.`,
      );
    }
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

function checkAnswer(
  response: Response,
  body: Uint8Array,
  { subject, repeatable, now }: { subject: Subject; repeatable: boolean; now: number },
): void {
  const { status, headers, ok } = response;
  if (ok && body.byteLength > 0 && headers.get("Content-Type")?.startsWith("text/html")) {
    throw new SdttError(
      "network",
      `${subject.endpoint} answered with a web page instead of data: a proxy or a login page may stand in between, or HF_ENDPOINT may be wrong.`,
    );
  }
  if (ok || status === 409) return;
  const refusal = explainAnswer(response, subject, body);
  const mayRepeat = repeatable ? isTransientStatus(status) : status === 429 || status === 503;
  if (!mayRepeat) throw refusal;
  const retryAfter = parseRetryAfter(headers.get("Retry-After"), now);
  throw new TransientFailure(refusal.message, { cause: refusal, retryAfter });
}

/** What the system says, which fetch hides in the cause of its "fetch failed". */
export function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return error.cause instanceof Error ? error.cause.message || error.message : error.message;
}
