import { isSdttError, SdttError } from "@sdtt/core";

interface Kind {
  readonly pattern: RegExp;
  readonly code: "network" | "unauthorized" | "unavailable";
  readonly message: (place: string) => string;
}

/** What a server or the network answers, and what that means to whoever started the command. */
const kinds: readonly Kind[] = [
  {
    pattern: /NOAUTH|WRONGPASS|invalid password|without any password/i,
    code: "unauthorized",
    message: (place) =>
      `Redis at ${place} does not accept the password: write user and password into the address (redis://user:password@host:6379; redis://:password@host:6379 without a user).`,
  },
  {
    pattern: /NOPERM/,
    code: "unauthorized",
    message: (place) =>
      `Redis at ${place} does not allow this user to write: give it all commands and keys sdtt:*.`,
  },
  {
    pattern: /READONLY/,
    code: "unavailable",
    message: (place) => `Redis at ${place} is a read-only replica: give the address of its primary.`,
  },
  {
    pattern: /^OOM|OOM command/,
    code: "unavailable",
    message: (place) =>
      `Redis at ${place} is full: raise its maxmemory, or wait until other work is collected.`,
  },
  {
    pattern: /MISCONF/,
    code: "unavailable",
    message: (place) => `Redis at ${place} refuses writes because it cannot save to its disk: see its log.`,
  },
  {
    pattern:
      /ECONNREFUSED|ENOTFOUND|EAI_AGAIN|EHOSTUNREACH|ENETUNREACH|ETIMEDOUT|ECONNRESET|Connection is closed/,
    code: "network",
    message: (place) => `Redis at ${place} cannot be reached: start it, or check the address.`,
  },
];

/** An error of the client as one line that says what to do. */
export function redisFailure(cause: unknown, place: string): SdttError {
  if (isSdttError(cause)) return cause;
  const text = describe(cause);
  const kind = kinds.find(({ pattern }) => pattern.test(text));
  if (kind) return new SdttError(kind.code, kind.message(place), { cause });
  return new SdttError("network", `Redis at ${place} failed: ${text}.`, { cause });
}

function describe(cause: unknown): string {
  if (!(cause instanceof Error)) return String(cause);
  const { code } = cause as NodeJS.ErrnoException;
  // Node gives the attempts at several addresses of a name as one error without a message.
  const parts = cause instanceof AggregateError ? cause.errors.map(describe) : [cause.message];
  return [code, ...parts].filter(Boolean).join(" ");
}
