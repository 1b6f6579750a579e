import { ApiFailure } from "../api/api-failure.ts";
import type { Failure } from "../state/run.ts";

/** A failure as the page tells it. Anything that is not the server's or the network's is a fault of the page. */
export function describeFailure(error: unknown): Failure {
  if (error instanceof ApiFailure) return { message: error.message, canRetry: error.canRetry };
  return { message: `This page failed: ${(error as Error).message}`, canRetry: true };
}
