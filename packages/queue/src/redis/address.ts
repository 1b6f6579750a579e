import { SdttError } from "@sdtt/core";

/** Where a Redis or Valkey server is. */
export interface RedisAddress {
  readonly url: string;
  /** For messages: host and port, without user and password. */
  readonly place: string;
}

/**
 * Reads an address such as `redis://host:6379`, `redis://:password@host/2` or `rediss://host` (TLS).
 *
 * @throws SdttError `usage` for anything else. The message does not repeat the address: it may hold a password.
 */
export function parseRedisAddress(text: string): RedisAddress {
  const url = URL.parse(text);
  if (!url || !/^rediss?:$/.test(url.protocol) || url.hostname === "" || !/^\/?\d*$/.test(url.pathname)) {
    throw new SdttError(
      "usage",
      "The address of the queue is not one of Redis: expected redis://host:6379, redis://:password@host:6379/0, or rediss:// for TLS.",
    );
  }
  return { url: text, place: `${url.hostname}:${url.port || "6379"}` };
}
