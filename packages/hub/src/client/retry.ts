import { isSdttError, SdttError, throwIfAborted } from "@sdtt/core";
import type { RandomStream } from "@sdtt/core";
import type { Clock } from "./clock.ts";

/** How often and how patiently to try again. Times in milliseconds. */
export interface RetryPolicy {
  /** Attempts in a row that bring nothing new; the first one counts. */
  readonly attempts: number;
  /** The first pause; each further one is twice as long. */
  readonly firstDelay: number;
  readonly longestDelay: number;
  /** A server that asks for a longer pause than this is not waited for. */
  readonly longestRetryAfter: number;
}

export const defaultRetryPolicy: RetryPolicy = {
  attempts: 6,
  firstDelay: 500,
  longestDelay: 30_000,
  longestRetryAfter: 120_000,
};

/** A failure that may pass by itself. Everything else thrown inside an attempt ends the operation. */
export class TransientFailure extends Error {
  override readonly name = "TransientFailure";
  /** The pause that the server asked for, in milliseconds. */
  readonly retryAfter: number;
  /** True if the attempt brought some of the bytes. Then the count of attempts starts over. */
  readonly progressed: boolean;

  constructor(message: string, options: { cause?: unknown; retryAfter?: number; progressed?: boolean } = {}) {
    super(message, { cause: options.cause });
    this.retryAfter = options.retryAfter ?? 0;
    this.progressed = options.progressed ?? false;
  }
}

/** One pause between two attempts. */
export interface RetryNotice {
  readonly reason: string;
  /** Milliseconds until the next attempt. */
  readonly delay: number;
}

/** What {@link withRetries} needs of a connection to the Hub. */
export interface Patience {
  readonly retry: RetryPolicy;
  readonly clock: Clock;
  readonly random: RandomStream;
  readonly signal: AbortSignal | undefined;
  readonly onRetry: (notice: RetryNotice) => void;
}

/**
 * Repeats `attempt` while it throws {@link TransientFailure}.
 *
 * @throws SdttError `network` when the attempts are used up, `aborted` when the signal fires.
 */
export async function withRetries<T>(patience: Patience, attempt: () => Promise<T>): Promise<T> {
  const { retry, clock, random, signal, onRetry } = patience;
  let fruitless = 0;
  for (let draw = 0; ; draw++) {
    throwIfAborted(signal);
    try {
      return await attempt();
    } catch (error) {
      throwIfAborted(signal);
      if (!(error instanceof TransientFailure)) throw error;
      fruitless = error.progressed ? 1 : fruitless + 1;
      const delay = Math.max(backoff(retry, fruitless, random.uniform(draw)), error.retryAfter);
      if (fruitless >= retry.attempts || error.retryAfter > retry.longestRetryAfter) {
        throw givenUp(error, fruitless);
      }
      onRetry({ reason: error.message, delay });
      await clock.sleep(delay, signal).catch(() => throwIfAborted(signal));
    }
  }
}

/** Exponential, with the upper half of each pause left to chance so that clients do not return in step. */
export function backoff(policy: RetryPolicy, failures: number, uniform: number): number {
  return Math.min(policy.longestDelay, policy.firstDelay * 2 ** (failures - 1)) * (0.5 + uniform / 2);
}

/** The header `Retry-After` in milliseconds from `now`: a number of seconds or a date. */
export function parseRetryAfter(header: string | null, now: number): number {
  if (header === null) return 0;
  if (/^\s*\d+\s*$/.test(header)) return Number(header) * 1000;
  const date = Date.parse(header);
  return Number.isNaN(date) ? 0 : Math.max(0, date - now);
}

/** Statuses that say "later": timeouts, too many requests, a server or gateway in trouble. */
export function isTransientStatus(status: number): boolean {
  return [408, 425, 429, 500, 502, 503, 504].includes(status);
}

function givenUp(last: TransientFailure, attempts: number): SdttError {
  const code = isSdttError(last.cause) ? last.cause.code : "network";
  const count = `Gave up after ${attempts} ${attempts === 1 ? "attempt" : "attempts"}.`;
  const wait = last.retryAfter > 0 ? ` The server asks to wait ${Math.ceil(last.retryAfter / 1000)} s.` : "";
  return new SdttError(code, `${last.message} ${count}${wait}`, { cause: last });
}
