import { createHash } from "node:crypto";
import { mkdir, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { startHub, temporaryDirectory } from "@sdtt/testing";
import { expect, test } from "vitest";
import { pushModel } from "../upload/push-model.ts";
import { downloadSnapshot } from "./download-snapshot.ts";

const retry = { attempts: 2, firstDelay: 1, longestDelay: 1, longestRetryAfter: 2_000 };
const weights = Buffer.alloc(20_000, 7);

async function setUp() {
  const hub = await startHub();
  const cache = await temporaryDirectory();
  hub.push("org/open", "main", { "config.json": "{}", "model.safetensors": weights });
  hub.createModel("org/gated", { gated: true });
  hub.push("org/gated", "main", { "config.json": "{}" });
  hub.createModel("org/secret", { private: true });
  hub.push("org/secret", "main", { "config.json": "{}" });
  const environment = { HF_ENDPOINT: hub.endpoint, HF_HUB_CACHE: cache.path, HF_HOME: cache.path };
  return {
    hub,
    cache: cache.path,
    environment,
    download: (options: { repo: string; revision?: string; files?: string[]; token?: string }) =>
      downloadSnapshot({ ...options, retry, environment: { ...environment, HF_TOKEN: options.token } }),
    async [Symbol.asyncDispose]() {
      await hub[Symbol.asyncDispose]();
      await cache[Symbol.asyncDispose]();
    },
  };
}

test("each refusal of the Hub says what was refused and what to do", async () => {
  await using scene = await setUp();
  const { download } = scene;
  const cases = [
    [{ repo: "org/none" }, "not-found", /no model org\/none at .* or it is private.*set HF_TOKEN/],
    [{ repo: "org/none", token: "hf_reader" }, "not-found", /no model org\/none .* rights of HF_TOKEN/],
    [{ repo: "org/open", revision: "nope" }, "not-found", /org\/open has no revision "nope".*tree\/main/],
    [{ repo: "org/open", revision: "0".repeat(40) }, "not-found", /org\/open has no revision "0{40}"/],
    [
      { repo: "org/open", files: ["nope.bin"] },
      "not-found",
      /has no file nope.bin. It has config.json, model.safetensors/,
    ],
    [
      { repo: "org/gated" },
      "unauthorized",
      /org\/gated is gated. Accept its conditions at http.*set HF_TOKEN/,
    ],
    [{ repo: "org/gated", token: "hf_reader" }, "unauthorized", /account of HF_TOKEN has no access/],
    [{ repo: "org/secret" }, "not-found", /or it is private/],
    [{ repo: "org/open", token: "hf_unknown" }, "unauthorized", /does not accept HF_TOKEN/],
    [{ repo: "org/open", token: "p4ssw0rd" }, "unauthorized", /does not accept HF_TOKEN/],
    [{ repo: "org/open", token: "p4ssw0rd\tx" }, "usage", /token in HF_TOKEN holds a space/],
    [{ repo: "../up" }, "usage", /not the name of a repository/],
    [{ repo: "org/open", revision: "../../x" }, "usage", /not the name of a revision/],
  ] as const;
  for (const [options, code, message] of cases) {
    const failure = await download(options as Parameters<typeof download>[0]).catch(
      (error: unknown) => error,
    );
    expect(failure).toMatchObject({
      code,
      message: expect.stringMatching(message) as string,
    });
    expect((failure as Error).message).not.toContain("p4ssw0rd");
  }
  await download({ repo: "org/gated", token: "hf_member" });
  await download({ repo: "org/secret", token: "hf_reader" });
});

test("what is cached needs no login, and what is not still tells the refusal", async () => {
  await using scene = await setUp();
  const { hub, cache, download } = scene;
  const commit = hub.push("org/secret", "main", { "config.json": "{}", "model.safetensors": weights });
  const files = ["config.json"];
  await download({ repo: "org/secret", token: "hf_reader", files });
  for (const token of ["", "hf_unknown", "not a token"]) {
    const snapshot = await download({ repo: "org/secret", token, files });
    expect(snapshot).toMatchObject({ commit, isCurrent: false });
    // A commit that is named is what it is.
    const named = await downloadSnapshot({
      repo: "org/secret",
      revision: commit,
      files: (paths) => paths.filter((path) => path === "config.json"),
      environment: { ...scene.environment, HF_TOKEN: token },
    });
    expect(named).toMatchObject({ commit, isCurrent: true });
  }
  const more = download({ repo: "org/secret", files: ["model.safetensors"] });
  await expect(more).rejects.toMatchObject({ message: expect.stringMatching(/or it is private/) as string });

  await writeFile(join(cache, "token"), "hf_reader\n");
  expect(await download({ repo: "org/secret", files: ["model.safetensors"] })).toMatchObject({
    isCurrent: true,
  });
});

test("a token of another form than the Hub's own is passed on as it is", async () => {
  await using hub = await startHub({ tokens: { "glpat-7!~": { write: true, gated: true } } });
  await using cache = await temporaryDirectory();
  hub.createModel("org/gated", { gated: true });
  hub.push("org/gated", "main", { "config.json": "{}" });
  const environment = { HF_ENDPOINT: hub.endpoint, HF_HOME: cache.path, HF_TOKEN: "glpat-7!~" };
  await downloadSnapshot({ repo: "org/gated", environment });
  await pushModel({
    repo: "org/new",
    title: "Upload",
    files: [{ path: "model.safetensors", content: { bytes: weights } }],
    environment,
  });
  for (const { origin, headers } of hub.requests) {
    expect(headers.authorization).toBe(origin === "hub" ? "Bearer glpat-7!~" : undefined);
  }
});

test("the token stays with the Hub when it redirects to its storage", async () => {
  await using scene = await setUp();
  const { hub, download } = scene;
  await download({ repo: "org/open", token: "hf_reader" });
  expect(hub.requests.filter(({ origin }) => origin === "storage")).toHaveLength(1);
  for (const { origin, headers } of hub.requests) {
    expect(headers.authorization).toBe(origin === "hub" ? "Bearer hf_reader" : undefined);
  }
});

test("a file name that would leave the cache is refused", async () => {
  await using scene = await setUp();
  const { hub, download } = scene;
  hub.push("org/evil", "main", { "../../../evil": "x", good: "y" });
  await expect(download({ repo: "org/evil" })).rejects.toMatchObject({
    code: "format",
    message: expect.stringMatching(/org\/evil names a file "..\/..\/..\/evil".*refused/) as string,
  });
  expect(hub.requests.some(({ url }) => url.includes("/resolve/"))).toBe(false);
  await download({ repo: "org/evil", files: ["good"] });
});

test("a cache directory that cannot be made and a full disk are named, with what to do", async () => {
  await using scene = await setUp();
  const { cache, environment } = scene;
  const file = join(cache, "file");
  await writeFile(file, "");
  const blocked = downloadSnapshot({ repo: "org/open", environment, cacheDirectory: join(file, "cache") });
  await expect(blocked).rejects.toMatchObject({
    code: "io",
    message: expect.stringMatching(/Cannot create .*file.*set HF_HUB_CACHE/) as string,
  });

  const sha256 = createHash("sha256").update(weights).digest("hex");
  const blobs = join(cache, "models--org--open/blobs");
  await mkdir(blobs, { recursive: true });
  await symlink("/dev/full", join(blobs, `${sha256}.sdtt.incomplete`));
  const full = downloadSnapshot({ repo: "org/open", environment, files: ["model.safetensors"] });
  await expect(full).rejects.toMatchObject({
    code: "io",
    message: expect.stringMatching(/Cannot write .*the disk is full; make room.*HF_HUB_CACHE/) as string,
  });
});
