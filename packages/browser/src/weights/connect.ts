import { SdttError, throwIfAborted } from "@sdtt/core";

export interface ConnectOptions {
  readonly fetch: typeof fetch;
  readonly signal?: AbortSignal | undefined;
  /** The first byte that is wanted; 0 unless given. */
  readonly from?: number | undefined;
}

/** Asks for an address. Throws `network` if nothing answers, which includes refusals by the rules of CORS; `aborted`. */
export async function connect(url: string, { fetch, signal, from = 0 }: ConnectOptions): Promise<Response> {
  throwIfAborted(signal);
  try {
    return await fetch(url, {
      ...(signal ? { signal } : {}),
      ...(from > 0 ? { headers: { range: `bytes=${from}-` } } : {}),
    });
  } catch (cause) {
    throwIfAborted(signal);
    throw new SdttError("network", `${url} cannot be reached: check the connection and load again.`, {
      cause,
    });
  }
}
