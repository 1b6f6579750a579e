import { SdttError, throwIfAborted } from "@sdtt/core";
import { connect } from "./connect.ts";

export interface FetchJsonOptions {
  readonly fetch: typeof fetch;
  readonly signal?: AbortSignal | undefined;
}

/** A list of a model's files is far shorter. */
const longest = 4 * 2 ** 20;

/**
 * A small JSON document of the web; undefined where there is none.
 *
 * @throws SdttError `network` if it cannot be fetched; `format` if it is no JSON, or longer than 4 MiB; `aborted`.
 */
export async function fetchJson(url: string, { fetch, signal }: FetchJsonOptions): Promise<unknown> {
  const answer = await connect(url, { fetch, signal });
  if (answer.status === 404) return undefined;
  if (!answer.ok) throw new SdttError("network", `${url} was answered with status ${answer.status}.`);
  const text = await answer.text().catch((cause: unknown) => {
    throwIfAborted(signal);
    throw new SdttError("network", `The connection broke while ${url} was read: load it again.`, { cause });
  });
  try {
    if (text.length > longest) throw new Error(`it has ${text.length} characters`);
    return JSON.parse(text);
  } catch (cause) {
    // Many servers of single pages answer with the page where there is no file.
    if (text.trimStart().startsWith("<")) return undefined;
    throw new SdttError("format", `${url} is no JSON: ${(cause as Error).message}.`, { cause });
  }
}
