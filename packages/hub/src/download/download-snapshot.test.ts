import { createHash } from "node:crypto";
import { lstat, mkdir, readdir, readFile, readlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { startHub, temporaryDirectory } from "@sdtt/testing";
import type { LoopbackHub } from "@sdtt/testing";
import { expect, test } from "vitest";
import { downloadSnapshot } from "./download-snapshot.ts";
import type { DownloadOptions } from "./download-snapshot.ts";

const repo = "org/model";
const weights = Buffer.from(Array.from({ length: 50_000 }, (_, i) => i % 251));
const config = '{"hidden_size": 8}';

/** A hub with one model and an empty cache. */
async function setUp(hubOptions: Parameters<typeof startHub>[0] = {}) {
  const hub = await startHub(hubOptions);
  const cache = await temporaryDirectory();
  const commit = hub.push(repo, "main", {
    "config.json": config,
    "model.safetensors": weights,
    "sub/notes.txt": "",
  });
  const options = {
    repo,
    environment: { HF_ENDPOINT: hub.endpoint, HF_HUB_CACHE: cache.path, HF_HOME: cache.path },
    retry: { attempts: 3, firstDelay: 1, longestDelay: 2, longestRetryAfter: 5_000 },
  } satisfies DownloadOptions;
  return {
    hub,
    cache: cache.path,
    commit,
    options,
    async [Symbol.asyncDispose]() {
      await hub[Symbol.asyncDispose]();
      await cache[Symbol.asyncDispose]();
    },
  };
}

const fileRequests = (hub: LoopbackHub): string[] =>
  hub.requests.filter(({ url }) => /resolve|objects/.test(url)).map(({ method, url }) => `${method} ${url}`);

test("a branch becomes the snapshot of its commit, in Python's layout", async () => {
  await using scene = await setUp();
  const { cache, commit, options } = scene;
  const snapshot = await downloadSnapshot(options);

  expect(snapshot).toMatchObject({ repo, revision: "main", commit, isCurrent: true });
  const folder = join(cache, "models--org--model");
  expect(await readFile(join(folder, "refs/main"), "utf8")).toBe(commit);
  expect(await readFile(join(folder, "snapshots", commit, "model.safetensors"))).toEqual(weights);
  expect(await readlink(join(folder, "snapshots", commit, "config.json"))).toMatch(
    /^\.\.\/\.\.\/blobs\/[0-9a-f]{40}$/,
  );
  expect(await readlink(join(folder, "snapshots", commit, "model.safetensors"))).toMatch(
    /^\.\.\/\.\.\/blobs\/[0-9a-f]{64}$/,
  );
  expect(await readlink(join(folder, "snapshots", commit, "sub/notes.txt"))).toMatch(
    /^\.\.\/\.\.\/\.\.\/blobs\//,
  );
  expect(snapshot.files.get("sub/notes.txt")).toBe(join(folder, "snapshots", commit, "sub/notes.txt"));
});

test("what is there is not fetched again, and a moved branch fetches only what changed", async () => {
  await using scene = await setUp();
  const { hub, options } = scene;
  await downloadSnapshot(options);
  const before = fileRequests(hub).length;
  await downloadSnapshot(options);
  expect(fileRequests(hub)).toHaveLength(before);

  const moved = hub.push(repo, "main", { "config.json": "{}" });
  const snapshot = await downloadSnapshot(options);
  expect(snapshot.commit).toBe(moved);
  expect(fileRequests(hub).slice(before)).toEqual([`GET /${repo}/resolve/${moved}/config.json`]);
});

test("a commit whose files are there needs no request at all", async () => {
  await using scene = await setUp();
  const { hub, commit, options } = scene;
  await downloadSnapshot(options);
  const before = hub.requests.length;
  await downloadSnapshot({ ...options, revision: commit, files: ["model.safetensors", "config.json"] });
  expect(hub.requests).toHaveLength(before);
});

test("only the wanted files come, over as many pages as the listing has", async () => {
  await using scene = await setUp({ pageSize: 1 });
  const { hub, options } = scene;
  const files = (paths: readonly string[]) => paths.filter((path) => path.endsWith(".json"));
  const snapshot = await downloadSnapshot({ ...options, files });
  expect([...snapshot.files.keys()]).toEqual(["config.json"]);
  expect(fileRequests(hub)).toHaveLength(1);
  expect(hub.requests.filter(({ url }) => url.includes("/tree/"))).toHaveLength(3);
});

test("a branch with a slash in its name works", async () => {
  await using scene = await setUp();
  const { hub, cache, options } = scene;
  const commit = hub.push(repo, "refs/pr/1", { "config.json": "{}" });
  await downloadSnapshot({ ...options, revision: "refs/pr/1", files: ["config.json"] });
  expect(await readFile(join(cache, "models--org--model/refs/refs/pr/1"), "utf8")).toBe(commit);
});

test("offline, the last known commit of the branch is used and nothing is asked", async () => {
  await using scene = await setUp();
  const { hub, commit, options } = scene;
  await downloadSnapshot({ ...options, files: ["config.json"] });
  const before = hub.requests.length;
  const offline = { ...options, environment: { ...options.environment, HF_HUB_OFFLINE: "1" } };
  expect(await downloadSnapshot({ ...offline, files: ["config.json"] })).toMatchObject({
    commit,
    isCurrent: false,
  });
  await expect(downloadSnapshot({ ...offline, files: ["model.safetensors"] })).rejects.toMatchObject({
    code: "not-found",
    message: expect.stringMatching(
      /without a network, has no file model.safetensors. It has config.json/,
    ) as string,
  });
  await expect(downloadSnapshot({ ...options, offline: true, revision: "other" })).rejects.toMatchObject({
    code: "not-found",
    message: expect.stringMatching(/org\/model@other is not in the cache .* switched off/) as string,
  });
  expect(hub.requests).toHaveLength(before);
});

test("with the Hub out of reach, the cache serves and says that it may be old", async () => {
  await using scene = await setUp();
  const { options, commit } = scene;
  await downloadSnapshot(options);
  const environment = { ...options.environment, HF_ENDPOINT: "http://127.0.0.1:9" };
  expect(await downloadSnapshot({ ...options, environment })).toMatchObject({ commit, isCurrent: false });
  await expect(downloadSnapshot({ ...options, environment, revision: "other" })).rejects.toMatchObject({
    code: "network",
    message: expect.stringMatching(/127.0.0.1:9 cannot be reached .* Gave up after 3 attempts/) as string,
  });
});

test("progress counts up to the size", async () => {
  await using scene = await setUp();
  const { hub, options } = scene;
  hub.throttle = { bytes: 20_000, delay: 1 };
  const seen: number[] = [];
  let time = 0;
  await downloadSnapshot({
    ...options,
    files: ["model.safetensors"],
    clock: { now: () => (time += 200), sleep: () => new Promise(() => {}) },
    onEvent: (event) => {
      if (event.kind !== "progress") return;
      expect(event).toMatchObject({ file: "model.safetensors", total: weights.length });
      expect(event.rate).toBeGreaterThanOrEqual(0);
      seen.push(event.received);
    },
  });
  expect(seen).toEqual(seen.toSorted((a, b) => a - b));
  expect(seen[0]).toBe(0);
  expect(seen.at(-1)).toBe(weights.length);
});

test("an abort ends a download at once and keeps what came", async () => {
  await using scene = await setUp();
  const { hub, cache, options } = scene;
  hub.throttle = { bytes: 10_000, delay: 5 };
  const controller = new AbortController();
  const download = downloadSnapshot({
    ...options,
    files: ["model.safetensors"],
    signal: controller.signal,
    onEvent: (event) => {
      if (event.kind === "progress" && event.received > 0) controller.abort();
    },
  });
  await expect(download).rejects.toMatchObject({ code: "aborted" });
  const blobs = join(cache, "models--org--model/blobs");
  const [partial] = await readdir(blobs);
  expect(partial).toMatch(/\.sdtt\.incomplete$/);
  expect((await lstat(join(blobs, partial!))).size).toBeGreaterThan(0);
});

test("a blob of the wrong length is not taken for a whole one", async () => {
  await using scene = await setUp();
  const { options } = scene;
  const snapshot = await downloadSnapshot(options);
  const path = snapshot.files.get("model.safetensors")!;
  await writeFile(path, weights.subarray(0, 100)); // Through the link, as if a disk had lost the rest.
  await downloadSnapshot({ ...options, files: (paths) => paths });
  expect(await readFile(path)).toEqual(weights);
});

test.each([
  ["of another file", 100],
  ["longer than the file", weights.length + 1],
])("a leftover %s is thrown away", async (_, length) => {
  await using scene = await setUp();
  const { cache, options } = scene;
  const blobs = join(cache, "models--org--model/blobs");
  await mkdir(blobs, { recursive: true });
  const sha256 = createHash("sha256").update(weights).digest("hex");
  await writeFile(join(blobs, `${sha256}.sdtt.incomplete`), Buffer.alloc(length, 1));
  const { files } = await downloadSnapshot({ ...options, files: ["model.safetensors"] });
  expect(weights.equals(await readFile(files.get("model.safetensors")!))).toBe(true);
  expect(await readdir(blobs)).toEqual([sha256]);
});
