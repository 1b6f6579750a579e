import { createStream } from "@sdtt/core";
import { expect, test } from "vitest";
import { backoff, parseRetryAfter, TransientFailure, withRetries } from "./retry.ts";

const retry = { attempts: 3, firstDelay: 100, longestDelay: 300, longestRetryAfter: 10_000 };

/** Runs attempts that fail as listed, then succeed, on a clock that only notes its pauses. */
async function run(failures: Error[], signal?: AbortSignal) {
  const pauses: number[] = [];
  let time = 0;
  const clock = {
    now: () => time,
    sleep: (milliseconds: number) => {
      pauses.push(milliseconds);
      time += milliseconds;
      return Promise.resolve();
    },
  };
  const patience = { retry, random: createStream(1), signal, clock, onRetry: () => {} };
  const outcome = await withRetries(patience, () => {
    const failure = failures.shift();
    return failure ? Promise.reject(failure) : Promise.resolve("done");
  }).catch((error: unknown) => error);
  return { outcome, pauses };
}

test("pauses double up to the longest, and half of each is chance", () => {
  expect([1, 2, 3, 4].map((failures) => backoff(retry, failures, 1))).toEqual([100, 200, 300, 300]);
  expect([1, 2, 3, 4].map((failures) => backoff(retry, failures, 0))).toEqual([50, 100, 150, 150]);
});

test("an attempt that brought something starts the count over; the server's wish is obeyed", async () => {
  const fail = (options?: ConstructorParameters<typeof TransientFailure>[1]) =>
    new TransientFailure("broken.", options);
  const { outcome, pauses } = await run([
    fail(),
    fail(),
    fail({ progressed: true }),
    fail({ retryAfter: 5_000 }),
  ]);
  expect(outcome).toBe("done");
  expect(pauses).toHaveLength(4);
  expect(pauses[1]).toBeGreaterThan(100);
  expect(pauses[2]).toBeLessThan(100);
  expect(pauses[3]).toBe(5_000);

  expect((await run([fail(), fail(), fail()])).outcome).toMatchObject({
    code: "network",
    message: "broken. Gave up after 3 attempts.",
  });
  expect((await run([fail({ retryAfter: 60_000 })])).outcome).toMatchObject({
    message: "broken. Gave up after 1 attempt. The server asks to wait 60 s.",
  });
});

test("other errors end it at once, and so does an abort", async () => {
  const error = new Error("not one of ours");
  expect(await run([error])).toEqual({ outcome: error, pauses: [] });
  expect((await run([], AbortSignal.abort())).outcome).toMatchObject({ code: "aborted" });
});

test("Retry-After is a number of seconds or a date", () => {
  const now = Date.parse("2025-01-01T00:00:00Z");
  expect(parseRetryAfter("120", now)).toBe(120_000);
  expect(parseRetryAfter("Wed, 01 Jan 2025 00:00:30 GMT", now)).toBe(30_000);
  expect(parseRetryAfter("Tue, 31 Dec 2024 00:00:00 GMT", now)).toBe(0);
  for (const nothing of [null, "soon", ""]) expect(parseRetryAfter(nothing, now)).toBe(0);
});
