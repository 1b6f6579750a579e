import type { FastifyReply } from "fastify";
import { ApiError, timeLimit } from "../errors/api-error.ts";
import type { ServerContext } from "../server-context.ts";

/** Ends the work for a request. */
export interface Deadline extends Disposable {
  /** Fires when the client is gone, its time is up or the server halts. */
  readonly signal: AbortSignal;
}

export function startDeadline(reply: FastifyReply, { limits, halt }: ServerContext): Deadline {
  const end = new AbortController();
  const onGone = () => end.abort(new ApiError(499, "The client went away."));
  const onHalt = () => end.abort(new ApiError(503, "The server is stopping.", { code: "stopping" }));
  const onLate = () =>
    end.abort(
      new ApiError(503, `This took longer than ${limits.seconds} s: ask for fewer steps or shorter texts.`, {
        code: timeLimit,
      }),
    );
  const timer = setTimeout(onLate, limits.seconds * 1000);
  // Not the signal of the request: that one fires once a body has been read.
  reply.raw.on("close", onGone);
  halt.addEventListener("abort", onHalt);
  if (reply.raw.destroyed) onGone();
  if (halt.aborted) onHalt();
  return {
    signal: end.signal,
    [Symbol.dispose]() {
      clearTimeout(timer);
      reply.raw.off("close", onGone);
      halt.removeEventListener("abort", onHalt);
    },
  };
}
