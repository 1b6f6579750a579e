import { EventSourceParserStream } from "eventsource-parser/stream";
import { ApiFailure, failureOf } from "./api-failure.ts";
import type { DenoiseEvent, ModelInfo } from "./events.ts";

export interface Client {
  /** Throws ApiFailure; its status is 401 where the server asks for a key. */
  listModels(): Promise<ModelInfo[]>;
  /** Throws ApiFailure, or the signal's reason. Leaving the loop ends the work at the server as well. */
  denoise(request: DenoiseRequest, signal: AbortSignal): AsyncGenerator<DenoiseEvent, void>;
}

/** The body of `POST /v1/denoise`. */
export interface DenoiseRequest {
  readonly model: string;
  readonly template?: string;
  readonly prompt?: string;
  readonly length?: number;
  readonly steps: number;
  readonly seed: number;
  readonly temperature: number;
  readonly top_p: number;
  readonly ignore_eos: boolean;
}

export interface ClientOptions {
  /** Sent as a bearer where the server asks for one. */
  readonly key?: string | undefined;
  readonly fetch?: typeof fetch;
}

/** Addresses are relative to the page, which may lie under a path of its own. */
export function createClient({ key, fetch = globalThis.fetch }: ClientOptions = {}): Client {
  async function ask(path: string, init: RequestInit = {}): Promise<Response> {
    const headers = new Headers(init.headers);
    if (key !== undefined) headers.set("authorization", `Bearer ${key}`);
    const answer = await fetch(path, { ...init, headers });
    if (!answer.ok) throw await failureOf(answer);
    return answer;
  }

  return {
    async listModels() {
      const { data } = (await (await ask("v1/models")).json()) as { data: ListedModel[] };
      return data.map(({ id, parameters, max_length, max_steps }) => ({
        id,
        parameters,
        maxLength: max_length,
        maxSteps: max_steps,
      }));
    },
    async *denoise(request, signal) {
      const answer = await ask("v1/denoise", {
        method: "POST",
        headers: { "content-type": "application/json" },
        body: JSON.stringify(request),
        signal,
      });
      yield* readEvents(answer.body!);
    },
  };
}

interface ListedModel {
  readonly id: string;
  readonly parameters: number;
  readonly max_length: number;
  readonly max_steps: number;
}

async function* readEvents(
  body: ReadableStream<Uint8Array<ArrayBuffer>>,
): AsyncGenerator<DenoiseEvent, void> {
  const reader = body
    .pipeThrough(new TextDecoderStream())
    .pipeThrough(new EventSourceParserStream())
    .getReader();
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return;
      const data = JSON.parse(value.data) as object;
      // Once a stream has begun its status is out: a failure comes as an event.
      if (value.event === "error") throw new ApiFailure(500, (data as Refusal).error.message);
      yield { type: value.event, ...data } as DenoiseEvent;
    }
  } finally {
    await reader.cancel();
  }
}

interface Refusal {
  readonly error: { readonly message: string };
}
