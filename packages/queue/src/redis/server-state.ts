import { SdttError } from "@sdtt/core";

/** What decides whether a server can hold the queue, as `INFO` tells it. */
export interface ServerState {
  readonly version: string;
  readonly role: string;
  readonly mode: string;
  readonly evictionPolicy: string | undefined;
}

/** Reads the answer to `INFO`: lines of `name:value`. */
export function parseServerInfo(info: string): ServerState {
  const fields = new Map(
    info.split(/\r?\n/).flatMap((line) => {
      const [, name, value] = /^(\w+):(.*)$/.exec(line) ?? [];
      return name === undefined ? [] : [[name, value!] as const];
    }),
  );
  return {
    version: fields.get("redis_version") ?? "0",
    role: fields.get("role") ?? "master",
    mode: fields.get("redis_mode") ?? fields.get("server_mode") ?? "standalone",
    evictionPolicy: fields.get("maxmemory_policy"),
  };
}

/** @throws SdttError `unavailable` for a server that would lose jobs or cannot run the queue's scripts. */
export function checkServer({ version, role, mode, evictionPolicy }: ServerState, place: string): void {
  const fail = (message: string): never => {
    throw new SdttError("unavailable", `Redis at ${place} ${message}`);
  };
  const [major = 0, minor = 0] = version.split(".").map(Number);
  if (major < 6 || (major === 6 && minor < 2))
    fail(`is version ${version}; expected 6.2 or newer, or Valkey.`);
  if (role !== "master") fail("is a read-only replica: give the address of its primary.");
  if (mode === "cluster") fail("is a cluster; the queue needs a single server.");
  if (evictionPolicy !== undefined && evictionPolicy !== "noeviction") {
    fail(
      `may drop jobs when its memory is full: its maxmemory-policy is ${evictionPolicy}; set it to noeviction (CONFIG SET maxmemory-policy noeviction, or --maxmemory-policy noeviction at its start).`,
    );
  }
}
