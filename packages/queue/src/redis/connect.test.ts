import { redisMissing, startRedis } from "@sdtt/testing";
import { describe, expect, test } from "vitest";
import { connectQueue } from "./connect.ts";
import { checkServer, parseServerInfo } from "./server-state.ts";

test("says that nothing answers at an address", async () => {
  // Port 1 of the loopback address: nobody listens there.
  const connecting = connectQueue({ url: "redis://:secret@127.0.0.1:1" });
  await expect(connecting).rejects.toMatchObject({
    code: "network",
    message: "Redis at 127.0.0.1:1 cannot be reached: start it, or check the address.",
  });
});

test.each([
  ["redis_version:5.0.9", /is version 5\.0\.9; expected 6\.2 or newer/],
  ["redis_version:7.2.4\r\nredis_mode:cluster", /is a cluster/],
  ["redis_version:7.2.4\r\nrole:slave", /read-only replica/],
  [
    "redis_version:7.2.4\r\nmaxmemory_policy:volatile-lru",
    /maxmemory-policy is volatile-lru; set it to noeviction/,
  ],
])("refuses a server that says %j", (info, message) => {
  expect(() => checkServer(parseServerInfo(info), "host:1")).toThrow(message);
});

const title = redisMissing ? `with a real Redis: skipped, ${redisMissing}` : "with a real Redis";
describe.skipIf(redisMissing !== undefined)(title, () => {
  test("connects to one that can hold the queue", async () => {
    await using server = await startRedis();
    await using connection = await connectQueue({ url: server.url });
    expect(connection.place).toBe(`127.0.0.1:${server.port}`);
    expect(await connection.redis.ping()).toBe("PONG");
  });

  test("asks for the password, and does not repeat a wrong one", async () => {
    await using server = await startRedis("--requirepass", "right");
    const expected = { code: "unauthorized", message: expect.stringMatching(/does not accept the password/) };
    await expect(connectQueue({ url: server.url })).rejects.toMatchObject(expected);
    const wrong = `redis://:mistaken@127.0.0.1:${server.port}`;
    await expect(connectQueue({ url: wrong })).rejects.toMatchObject({
      ...expected,
      message: expect.not.stringContaining("mistaken"),
    });
    await using connection = await connectQueue({ url: `redis://:right@127.0.0.1:${server.port}` });
    expect(await connection.redis.ping()).toBe("PONG");
  });

  test("refuses one that evicts, one that only replicates, and one that is full", async () => {
    await using server = await startRedis("--maxmemory-policy", "allkeys-lru");
    await expect(connectQueue({ url: server.url })).rejects.toThrow(/maxmemory-policy is allkeys-lru/);
    await server.command("CONFIG SET maxmemory-policy noeviction");
    await server.command("CONFIG SET maxmemory 1");
    await expect(connectQueue({ url: server.url })).rejects.toThrow(/is full: raise its maxmemory/);
    await server.command("REPLICAOF 127.0.0.1 1");
    await expect(connectQueue({ url: server.url })).rejects.toThrow(/read-only replica/);
  });
});
