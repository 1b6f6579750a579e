import { expect, test } from "vitest";
import { untilAborted } from "./until-aborted.ts";

test("work gives its result or its error; a signal ends the wait for it", async () => {
  const { signal } = new AbortController();
  expect(await untilAborted(Promise.resolve(1), signal)).toBe(1);
  expect(await untilAborted(Promise.resolve(2), undefined)).toBe(2);
  await expect(untilAborted(Promise.reject(new Error("no")), signal)).rejects.toThrow("no");
  const aborting = new AbortController();
  const waiting = untilAborted(new Promise(() => {}), aborting.signal);
  aborting.abort();
  await expect(waiting).rejects.toMatchObject({ code: "aborted" });
  await expect(untilAborted(Promise.resolve(3), aborting.signal)).rejects.toMatchObject({ code: "aborted" });
});
