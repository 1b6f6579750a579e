import type { RevealOrder } from "@sdtt/scheduler";
import type { EventSourceMessage } from "eventsource-parser";
import { EventSourceParserStream } from "eventsource-parser/stream";
import { ApiFailure, explain, failureOf } from "./api-failure.ts";
import type { DenoiseEvent, ModelInfo } from "./events.ts";

export interface Client {
  /** Throws ApiFailure; its status is 401 where the server asks for a key, 0 where it does not answer in ten seconds. */
  listModels(): Promise<ModelInfo[]>;
  /**
   * Ends with `done`, or throws: ApiFailure, or the signal's reason. Leaving the loop ends the work at the server as well.
   */
  denoise(request: DenoiseRequest, signal: AbortSignal): AsyncGenerator<DenoiseEvent, void>;
}

/** The body of `POST /v1/denoise`. */
export interface DenoiseRequest {
  readonly model: string;
  readonly template?: string;
  readonly prompt?: string;
  readonly length?: number;
  readonly steps?: number | undefined;
  readonly sampler?: "remdm-cap" | "entropy-bounded";
  readonly eta?: number;
  readonly gamma?: number;
  readonly order?: RevealOrder | undefined;
  readonly blocks?: number;
  readonly corrector_steps?: number | undefined;
  readonly guidance?: number;
  readonly seed: number;
  readonly temperature?: number | undefined;
  readonly top_p?: number | undefined;
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
    const answer = await fetch(path, { ...init, headers }).catch((error: unknown) => {
      throw explain(error, noAnswer);
    });
    if (!answer.ok) throw await failureOf(answer);
    return answer;
  }

  return {
    async listModels() {
      const answer = await ask("v1/models", { signal: AbortSignal.timeout(patience) });
      try {
        const { data } = (await answer.json()) as { data: ListedModel[] };
        return data.map(
          ({ id, parameters, max_length, max_steps, temperature, top_p, order, corrector_steps }) => ({
            id,
            parameters,
            maxLength: max_length,
            maxSteps: max_steps,
            temperature,
            topP: top_p,
            order,
            correctorSteps: corrector_steps,
          }),
        );
      } catch (error) {
        throw explain(error, unreadable);
      }
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

const noAnswer = "The server does not answer.";
const unreadable = "The answer cannot be read: it may not come from this server.";
const brokenOff = "The connection to the server was lost.";

/** Milliseconds to wait for the list of models, which costs the server nothing. */
const patience = 10_000;

interface ListedModel {
  readonly id: string;
  readonly parameters: number;
  readonly max_length: number;
  readonly max_steps: number;
  readonly temperature: number;
  readonly top_p: number;
  readonly order: RevealOrder;
  readonly corrector_steps: number;
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
      if (done) throw new ApiFailure(0, brokenOff);
      const event = readEvent(value);
      yield event;
      if (event.type === "done") return;
    }
  } catch (error) {
    throw explain(error, brokenOff);
  } finally {
    // A stream that has failed has nothing to cancel, and says so by rejecting.
    await reader.cancel().catch(() => {});
  }
}

function readEvent({ event, data }: EventSourceMessage): DenoiseEvent {
  try {
    const fields = JSON.parse(data) as object;
    // Once a stream has begun its status is out: a failure comes as an event.
    if (event === "error") throw new ApiFailure(500, (fields as Refusal).error.message);
    return { type: event, ...fields } as DenoiseEvent;
  } catch (error) {
    throw explain(error, unreadable);
  }
}

interface Refusal {
  readonly error: { readonly message: string };
}
