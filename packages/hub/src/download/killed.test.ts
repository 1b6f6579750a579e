import { spawn } from "node:child_process";
import type { ChildProcess } from "node:child_process";
import { createHash } from "node:crypto";
import { once } from "node:events";
import { createReadStream } from "node:fs";
import { readdir, stat } from "node:fs/promises";
import { join } from "node:path";
import { pipeline } from "node:stream/promises";
import { createStream } from "@sdtt/core";
import { startHub, temporaryDirectory } from "@sdtt/testing";
import type { LoopbackHubOptions } from "@sdtt/testing";
import { afterAll, expect, test } from "vitest";
import { downloadSnapshot } from "./download-snapshot.ts";

const repo = "org/model";
const file = "model.safetensors";
const content = seededBytes(3_000_000);
const sha256 = createHash("sha256").update(content).digest("hex");

/** Compiled code, which makes the many processes start faster. */
const compiled = await temporaryDirectory();
afterAll(() => compiled[Symbol.asyncDispose]());

/** A process of its own that downloads the file and then exits with 0. */
function spawnDownload(environment: Record<string, string>): ChildProcess {
  const script = `
    import { flushCompileCache } from "node:module";
    import { downloadSnapshot } from "./download-snapshot.ts";
    flushCompileCache();
    await downloadSnapshot({ repo: "${repo}" });
  `;
  return spawn(process.execPath, ["--conditions=@sdtt/source", "--input-type=module", "--eval", script], {
    cwd: import.meta.dirname,
    env: { ...process.env, NODE_COMPILE_CACHE: compiled.path, ...environment },
    stdio: ["ignore", "ignore", "inherit"],
  });
}

async function setUp(options: LoopbackHubOptions = {}) {
  const hub = await startHub(options);
  const cache = await temporaryDirectory();
  hub.push(repo, "main", { [file]: content });
  const blobs = join(cache.path, "models--org--model", "blobs");
  return {
    hub,
    blob: join(blobs, sha256),
    partial: join(blobs, `${sha256}.sdtt.incomplete`),
    environment: { HF_ENDPOINT: hub.endpoint, HF_HUB_CACHE: cache.path, HF_HOME: cache.path },
    cache: cache.path,
    async [Symbol.asyncDispose]() {
      await hub[Symbol.asyncDispose]();
      await cache[Symbol.asyncDispose]();
    },
  };
}

test("a download that is killed at 20 random points resumes each time, and ends with the right sha256", async () => {
  const points = createStream(20).child("kill");
  for (let i = 0; i < 20; i++) {
    const point = Math.floor(points.uniform(i) * content.length);
    let kill: () => void = () => {};
    await using scene = await setUp({ onSent: ({ sent }) => void (sent >= point && kill()) });
    const { hub, blob, partial, environment } = scene;
    hub.throttle = { bytes: 65_536, delay: 1 };
    const child = spawnDownload(environment);
    kill = () => void child.kill("SIGKILL");
    const [, signal] = (await once(child, "exit")) as [number | null, string | null];
    kill = () => {};
    expect(signal).toBe("SIGKILL");
    await expect(stat(blob)).rejects.toMatchObject({ code: "ENOENT" });
    const { size: kept } = await stat(partial);

    hub.throttle = undefined;
    const before = hub.requests.length;
    const { files } = await downloadSnapshot({ repo, environment });
    expect(await sha256Of(files.get(file)!)).toBe(sha256);
    const resumed = hub.requests.slice(before).filter(({ origin }) => origin === "storage");
    expect(resumed.map(({ headers, sent }) => [headers.range, sent])).toEqual([
      [kept > 0 ? `bytes=${kept}-` : undefined, content.length - kept],
    ]);
  }
}, 120_000);

test("four processes that want one file make one download and four successes", async () => {
  await using scene = await setUp();
  const { hub, blob, environment, cache } = scene;
  hub.throttle = { bytes: 65_536, delay: 15 };
  const children = Array.from({ length: 4 }, () => spawnDownload(environment));
  const exits = await Promise.all(children.map((child) => once(child, "exit")));
  expect(exits.map(([code]) => code as number)).toEqual([0, 0, 0, 0]);
  expect(hub.requests.filter(({ origin }) => origin === "storage")).toHaveLength(1);
  expect(await sha256Of(blob)).toBe(sha256);
  expect(await readdir(join(cache, "models--org--model", "blobs"))).toEqual([sha256]);
  expect(await readdir(join(cache, ".locks", "models--org--model"))).toEqual([]);
}, 60_000);

function seededBytes(length: number): Buffer {
  const stream = createStream(3);
  return Buffer.from(Uint32Array.from({ length: length / 4 }, (_, i) => stream.uint32(i)).buffer);
}

async function sha256Of(path: string): Promise<string> {
  const hash = createHash("sha256");
  await pipeline(createReadStream(path), hash);
  return hash.digest("hex");
}
