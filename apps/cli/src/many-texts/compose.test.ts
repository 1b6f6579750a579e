import { mkdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { redisMissing, startRedis, temporaryDirectory } from "@sdtt/testing";
import { expect, test } from "vitest";
import { parse } from "yaml";
import { z } from "zod";
import { runCaptured } from "../testing/run-captured.ts";

const example = fileURLToPath(new URL("../../../../examples/many-machines/", import.meta.url));

const composeSchema = z.object({
  services: z.record(
    z.string(),
    z.looseObject({
      image: z.string().optional(),
      build: z.string().optional(),
      command: z.string(),
      environment: z.record(z.string(), z.string()),
      volumes: z.array(z.string()),
      depends_on: z.record(z.string(), z.object({ condition: z.string() })).default({}),
    }),
  ),
  volumes: z.record(z.string(), z.null()),
});

const password = "secret";

/** The file as `docker compose` reads it, with the password in its place. */
async function readCompose() {
  const text = await readFile(join(example, "compose.yaml"), "utf8");
  return composeSchema.parse(parse(text.replaceAll(/\$\{QUEUE_PASSWORD(:\?[^}]*)?\}/g, password)));
}

test("the Compose file names services and volumes that it has, and clients that the queue takes", async () => {
  const { services, volumes } = await readCompose();
  expect(Object.keys(services)).toEqual(["valkey", "worker", "sample"]);
  for (const service of Object.values(services)) {
    expect([service.image, service.build].filter(Boolean)).toHaveLength(1);
    for (const [name, { condition }] of Object.entries(service.depends_on)) {
      expect(services[name]).toHaveProperty("healthcheck");
      expect(condition).toBe("service_healthy");
    }
    const named = service.volumes
      .map((volume) => volume.split(":")[0]!)
      .filter((name) => !name.startsWith("."));
    for (const name of named) expect(Object.keys(volumes)).toContain(name);
  }
  const manifest = await readFile(
    new URL("../../../../packages/queue/package.json", import.meta.url),
    "utf8",
  );
  const { peerDependencies } = JSON.parse(manifest) as { peerDependencies: Record<string, string> };
  const dockerfile = await readFile(join(example, "Dockerfile"), "utf8");
  for (const [name, range] of Object.entries(peerDependencies))
    expect(dockerfile).toContain(`${name}@${/\d+/.exec(range)![0]}`);
});

const title = "its commands start a server, a worker and a collector that find each other";

test.skipIf(redisMissing !== undefined)(
  redisMissing ? `${title}: skipped, ${redisMissing}` : title,
  { timeout: 300_000 },
  async () => {
    const { services } = await readCompose();
    await using directory = await temporaryDirectory();
    const [server, ...options] = services["valkey"]!.command.split(" ");
    expect(server).toBe("valkey-server");
    await using redis = await startRedis(...options);
    const run = (name: string, changes: Record<string, string>, signal = new AbortController().signal) => {
      const { command, environment } = services[name]!;
      const [program, ...args] = command.split(" ").map((word) => changes[word] ?? word);
      expect(program).toBe("sdtt");
      const queue = environment["SDTT_QUEUE"]!.replace("valkey:6379", `127.0.0.1:${redis.port}`);
      return runCaptured(args, { env: { ...environment, SDTT_QUEUE: queue }, signal });
    };
    const stop = new AbortController();
    const working = run("worker", {}, stop.signal);
    await mkdir(join(directory.path, "out"));
    const file = join(directory.path, "out/texts.jsonl");
    const written = await run("sample", { "10000": "3", "/out/texts.jsonl": file });
    stop.abort();
    expect(written.status, written.stderr).toBe(0);
    expect((await readFile(file, "utf8")).trimEnd().split("\n")).toHaveLength(3);
    expect((await working).stderr).toContain("Works on run");
  },
);
