import { SdttError, throwIfAborted, untilAborted } from "@sdtt/core";
import type * as BullMQ from "bullmq";
import type { Redis } from "ioredis";
import { parseRedisAddress } from "./address.ts";
import { redisFailure } from "./redis-failure.ts";
import { checkServer, parseServerInfo } from "./server-state.ts";

/** All keys of the queue begin with it. */
export const keyPrefix = "sdtt";

/** A server that can hold the queue, with what talks to it. */
export interface QueueConnection extends AsyncDisposable {
  readonly redis: Redis;
  readonly bullmq: typeof BullMQ;
  /** Host and port, for messages. */
  readonly place: string;
}

export interface ConnectOptions {
  /** `redis://[user:password@]host[:port][/database]`, or `rediss://` for TLS. */
  readonly url: string;
  /** Told when the server is lost and when it is back. Commands wait in between. */
  readonly onConnection?: ((state: "lost" | "back") => void) | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** Milliseconds until a server that does not answer counts as not reachable. */
const patience = 5000;

/**
 * Connects to Redis or Valkey and checks that it can hold the queue: that it answers, takes writes and evicts nothing.
 *
 * @throws SdttError `usage` for an address that is none; `network` if nothing answers there; `unauthorized`; `unavailable` for a
 *   server that cannot be used, or if bullmq or ioredis is not installed; `aborted`.
 */
export async function connectQueue(options: ConnectOptions): Promise<QueueConnection> {
  const { url, place } = parseRedisAddress(options.url);
  const { onConnection, signal } = options;
  const { bullmq, ioredis } = await loadClients();
  throwIfAborted(signal);
  let state: "new" | "lost" | "back" = "new";
  const redis = new ioredis.Redis(url, {
    lazyConnect: true,
    connectTimeout: patience,
    // BullMQ asks for it: commands wait for as long as the server is away.
    maxRetriesPerRequest: null,
    // A server that was never there is an error; one that was is waited for.
    retryStrategy: (attempt) => (state === "new" ? null : Math.min(100 * attempt, 2000)),
  });
  let lastError: unknown;
  redis.on("error", (error: unknown) => (lastError = error));
  try {
    await untilAborted(
      (async () => {
        await redis.connect();
        checkServer(parseServerInfo(await redis.info()), place);
        await redis.set(`${keyPrefix}:probe`, "1", "PX", 1000);
      })(),
      signal,
    );
  } catch (error) {
    redis.disconnect();
    // The client says only that the connection was closed; why, it said before.
    throw redisFailure(/Connection is closed/.test(String(error)) ? (lastError ?? error) : error, place);
  }
  state = "back";
  const tell = (now: "lost" | "back") => {
    if (state === now) return;
    state = now;
    onConnection?.(now);
  };
  redis.on("close", () => tell("lost"));
  redis.on("ready", () => tell("back"));
  return {
    redis,
    bullmq,
    place,
    async [Symbol.asyncDispose]() {
      redis.removeAllListeners("close");
      redis.disconnect();
    },
  };
}

/** Only here: whoever does not use a queue need not have its clients. */
async function loadClients() {
  try {
    const [bullmq, ioredis] = await Promise.all([import("bullmq"), import("ioredis")]);
    return { bullmq, ioredis };
  } catch (cause) {
    throw new SdttError(
      "unavailable",
      "The queue needs the packages bullmq and ioredis, which are not installed: npm install bullmq@6 ioredis@5",
      { cause },
    );
  }
}
