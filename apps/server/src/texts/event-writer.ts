import type { SSEMessage } from "@fastify/sse";
import type { FastifyReply } from "fastify";
import { errorAnswer } from "../errors/error-answer.ts";

/** Sends one event; rejects once the signal has fired, even if the client has stopped reading. */
type SendEvent = (message: SSEMessage) => Promise<void>;

/**
 * Streams events. What fails before the first event is answered with a status of its own; what fails later, as an event
 * `{ error }`, since the status is out by then.
 */
export async function streamEvents(
  reply: FastifyReply,
  signal: AbortSignal,
  write: (send: SendEvent) => Promise<void>,
): Promise<void> {
  // A connection that breaks while it is full is never drained: only the signal tells.
  const ended = new Promise<never>((_, reject) => {
    signal.addEventListener("abort", () => reject(signal.reason as Error), { once: true });
  });
  ended.catch(() => {});
  try {
    await write((message) => Promise.race([reply.sse.send(message), ended]));
  } catch (error) {
    if (!reply.raw.headersSent) throw error;
    const { status, body } = errorAnswer(error);
    if (status === 500) reply.request.failure = error;
    // Not awaited: a client that does not read would hold it for ever.
    if (reply.sse.isConnected) void reply.sse.send({ event: "error", data: body });
  }
}

/** Strings go out as they are: OpenAI's closing `[DONE]` is no JSON. */
export function serializeEvent(data: unknown): string {
  return typeof data === "string" ? data : JSON.stringify(data);
}
