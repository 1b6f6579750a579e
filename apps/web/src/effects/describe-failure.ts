import { isSdttError } from "@sdtt/core";
import { ApiFailure } from "../api/api-failure.ts";
import type { Failure } from "../state/run.ts";

/** Of a model in this page: what a second try may fix. */
const passing = new Set(["network", "io", "format", "runtime", "out-of-memory", "not-found"]);

/** A failure as the page tells it. Anything that is not the server's, the network's or the model's is a fault of the page. */
export function describeFailure(error: unknown): Failure {
  if (error instanceof ApiFailure) return { message: error.message, canRetry: error.canRetry };
  if (isSdttError(error)) return { message: error.message, canRetry: passing.has(error.code) };
  return { message: `This page failed: ${(error as Error).message}`, canRetry: true };
}
