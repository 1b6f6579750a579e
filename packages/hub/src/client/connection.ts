import { randomInt } from "node:crypto";
import { createStream } from "@sdtt/core";
import type { RandomStream } from "@sdtt/core";
import { systemClock } from "./clock.ts";
import type { Clock } from "./clock.ts";
import { defaultRetryPolicy } from "./retry.ts";
import type { RetryNotice, RetryPolicy } from "./retry.ts";
import { checkEndpoint, readHubSettings } from "./settings.ts";
import type { Environment, HubSettings } from "./settings.ts";
import { readToken } from "./token.ts";

/** What every call to the Hub accepts. All of it has a default. */
export interface HubOptions {
  /** Where `HF_TOKEN`, `HF_ENDPOINT`, `HF_HOME` and the other variables of the Hub are read. Default: `process.env`. */
  readonly environment?: Environment;
  /** Before `HF_HUB_OFFLINE`: no request leaves the machine. */
  readonly offline?: boolean;
  /** Before `HF_HUB_CACHE`. */
  readonly cacheDirectory?: string;
  readonly fetch?: typeof fetch;
  readonly clock?: Clock;
  /** For the jitter between attempts. */
  readonly random?: RandomStream;
  readonly retry?: RetryPolicy;
  /** Milliseconds without a byte after which a connection counts as dead. Default: 30 000. */
  readonly stallTimeout?: number;
  readonly signal?: AbortSignal;
}

/** The same with every default filled in. */
export interface HubConnection extends HubSettings {
  /** The token of a login, read when the first request needs it: what is cached needs none. */
  readonly token: () => Promise<string | undefined>;
  readonly fetch: typeof fetch;
  readonly clock: Clock;
  readonly random: RandomStream;
  readonly retry: RetryPolicy;
  readonly stallTimeout: number;
  readonly signal: AbortSignal | undefined;
  /** Hears of every failure after which something is tried again. */
  readonly onRetry: (notice: RetryNotice) => void;
}

/** @throws SdttError `usage` for an endpoint that is not a URL, unless offline. */
export function connectToHub(
  options: HubOptions,
  onRetry: (notice: RetryNotice) => void = () => {},
): HubConnection {
  const { environment = process.env } = options;
  const settings = readHubSettings(environment);
  const offline = options.offline ?? settings.offline;
  let token: Promise<string | undefined> | undefined;
  return {
    ...settings,
    offline,
    endpoint: offline ? settings.endpoint : checkEndpoint(settings.endpoint),
    token: () => (token ??= readToken(environment, settings.tokenPath)),
    cacheDirectory: options.cacheDirectory ?? settings.cacheDirectory,
    fetch: options.fetch ?? globalThis.fetch,
    clock: options.clock ?? systemClock,
    random: options.random ?? createStream(randomInt(2 ** 47)),
    retry: options.retry ?? defaultRetryPolicy,
    stallTimeout: options.stallTimeout ?? 30_000,
    signal: options.signal,
    onRetry,
  };
}
