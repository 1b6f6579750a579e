import { expect, test } from "vitest";
import { parseRedisAddress } from "./address.ts";

test.each([
  ["redis://localhost", "localhost:6379"],
  ["redis://user:secret@queue.example:7000/2", "queue.example:7000"],
  ["rediss://[::1]:6380", "[::1]:6380"],
])("%s is at %s", (url, place) => expect(parseRedisAddress(url)).toEqual({ url, place }));

test.each(["", "localhost:6379", "http://:secret@host", "redis://", "redis://host/secret"])(
  "%j is no address",
  (url) => {
    expect(() => parseRedisAddress(url)).toThrow(
      /^The address of the queue is not one of Redis: expected redis:/,
    );
    expect(() => parseRedisAddress(url)).not.toThrow(/secret/);
  },
);
