import { tensor } from "@sdtt/core";
import { expect, test } from "vitest";
import type { Engine } from "@sdtt/engine";
import { addition, powers } from "./programs.ts";

const size = 384;
const identityMatrix = () =>
  tensor(
    "float32",
    [size, size],
    Float32Array.from({ length: size ** 2 }, (_, i) => (i % (size + 1) ? 0 : 1)),
  );

export function testOrder(engine: () => Engine, open: () => Promise<Engine>): void {
  test("calls are done one after another, in their order", async () => {
    await using session = await engine().load(addition);
    await using w = await engine().place(tensor("float32", [1, 3], Float32Array.of(1, 2, 3)));
    const double = () => session.run({ feeds: { a: w, b: w }, into: { sum: w } });
    const ones = tensor("float32", [3], new Float32Array(3).fill(1));
    const calls = [double(), double(), w.read(), w.write(ones), double(), w.read()];
    const results = await Promise.all(calls);
    expect(results[2]).toEqual(tensor("float32", [1, 3], Float32Array.of(4, 8, 12)));
    expect(results[5]).toEqual(tensor("float32", [1, 3], Float32Array.of(2, 2, 2)));
  });

  test("the event loop turns while a run is under way", async () => {
    await using session = await engine().load(powers(200));
    let turns = 0;
    const clock = setInterval(() => turns++, 1);
    try {
      const { power } = await session.run({ feeds: { a: identityMatrix() } });
      expect(power).toEqual(identityMatrix());
    } finally {
      clearInterval(clock);
    }
    expect(turns).toBeGreaterThan(5);
  });

  test("a run that is aborted before its turn does not start", async () => {
    await using session = await engine().load(powers(10));
    await using a = await engine().place(identityMatrix());
    const aborting = new AbortController();
    const first = session.run({ feeds: { a } });
    const second = session.run({ feeds: { a }, into: { power: a }, signal: aborting.signal });
    aborting.abort();
    await expect(second).rejects.toMatchObject({ code: "aborted" });
    expect(await first).toEqual({ power: identityMatrix() });
  });

  test("a run under way ends early, or is finished first; either way what comes after it is computed", async () => {
    const endsEarly = engine().name === "c-api";
    // What is to be ended early has to take long; what is finished first has not, least of all on a GPU in software.
    await using session = await engine().load(powers(endsEarly ? 2000 : 200));
    const feeds = { a: identityMatrix() };
    const aborting = new AbortController();
    const run = session.run({ feeds, signal: aborting.signal });
    setTimeout(() => aborting.abort(), 20);
    if (endsEarly) await expect(run).rejects.toMatchObject({ code: "aborted" });
    else expect(await run).toEqual({ power: feeds.a });
    await using short = await engine().load(powers(2));
    expect(await short.run({ feeds, signal: new AbortController().signal })).toEqual({ power: feeds.a });
  });

  test("disposing waits for the runs before it, and what comes after is refused", async () => {
    const own = await open();
    const session = await own.load(powers(10));
    const feeds = { a: identityMatrix() };
    const run = session.run({ feeds });
    const disposed = session[Symbol.asyncDispose]();
    const late = session.run({ feeds });
    await expect(late).rejects.toMatchObject({
      code: "usage",
      message: "This session was disposed: load its program again.",
    });
    expect(await run).toEqual({ power: feeds.a });
    await disposed;

    const other = await own.load(addition);
    const resident = await own.place(feeds.a);
    await own[Symbol.asyncDispose]();
    await expect(own.load(addition)).rejects.toMatchObject({ code: "usage" });
    await expect(resident.read()).rejects.toMatchObject({ code: "usage" });
    await other[Symbol.asyncDispose]();
    await resident[Symbol.asyncDispose]();
    await own[Symbol.asyncDispose]();
  });

  test("programs load at the same time, and disposing waits for them", async () => {
    const own = await open();
    const loading = [own.load(powers(10)), own.load(addition)];
    const disposed = own[Symbol.asyncDispose]();
    await expect(own.load(addition)).rejects.toMatchObject({ code: "usage" });
    const sessions = await Promise.all(loading);
    await disposed;
    await expect(sessions[0]!.run({ feeds: { a: identityMatrix() } })).rejects.toMatchObject({
      code: "usage",
    });
    for (const session of sessions) await session[Symbol.asyncDispose]();
  });
}
