import { mkdir, readdir, readFile, stat, symlink, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { temporaryDirectory } from "@sdtt/testing";
import { expect, test } from "vitest";
import { cachedRepository } from "./layout.ts";
import { listCachedModels } from "./list-models.ts";
import { removeCachedModel } from "./remove-model.ts";
import { linkBlob, snapshotFiles, writeRef } from "./snapshot.ts";

const [first, second] = ["1".repeat(40), "2".repeat(40)];
const [shared, old, fresh] = ["a".repeat(64), "b".repeat(40), "c".repeat(40)];

/** A cache with two commits of one model, which share a file, and other things that lie in such a folder. */
async function createCache() {
  const directory = await temporaryDirectory();
  const cacheDirectory = directory.path;
  const repository = cachedRepository(cacheDirectory, "org/model");
  await mkdir(join(repository.directory, "blobs"), { recursive: true });
  await writeFile(repository.blob(shared), "x".repeat(1000));
  await writeFile(repository.blob(old), "x".repeat(10));
  await writeFile(repository.blob(fresh), "x".repeat(20));
  await writeFile(repository.blob(`${fresh}.sdtt.incomplete`), "x".repeat(7));
  await linkBlob(repository, { commit: first, path: "model.safetensors", hash: shared });
  await linkBlob(repository, { commit: first, path: "deep/er/config.json", hash: old });
  await linkBlob(repository, { commit: second, path: "model.safetensors", hash: shared });
  await linkBlob(repository, { commit: second, path: "config.json", hash: fresh });
  await writeRef(repository, "v1", first);
  await writeRef(repository, "main", first);
  await writeRef(repository, "main", second);
  await writeRef(repository, "refs/pr/1", second);
  await writeFile(join(repository.directory, "refs", ".DS_Store"), "");
  await mkdir(join(cacheDirectory, "datasets--org--data"));
  await writeFile(join(cacheDirectory, "version.txt"), "1");
  return { repository, cacheDirectory, [Symbol.asyncDispose]: () => directory[Symbol.asyncDispose]() };
}

test("models, revisions, refs and sizes are listed; what is shared counts once", async () => {
  await using cache = await createCache();
  const { cacheDirectory } = cache;
  expect(await listCachedModels({ environment: {}, cacheDirectory })).toMatchObject([
    {
      repo: "org/model",
      size: 1030,
      unfinishedSize: 7,
      revisions: [
        {
          commit: first,
          refs: ["v1"],
          size: 1010,
          files: [{ path: "deep/er/config.json" }, { path: "model.safetensors" }],
        },
        { commit: second, refs: ["main", "refs/pr/1"], size: 1020 },
      ],
    },
  ]);
  // Neither a login nor an endpoint is needed to look.
  const environment = { HF_HUB_CACHE: "/nowhere", HF_TOKEN: "two words", HF_ENDPOINT: "nonsense" };
  expect(await listCachedModels({ environment })).toEqual([]);
});

test("removing a revision keeps what another one needs", async () => {
  await using cache = await createCache();
  const { cacheDirectory, repository } = cache;
  const { freed } = await removeCachedModel({
    repo: "org/model",
    revision: "main",
    environment: {},
    cacheDirectory,
  });
  expect(freed).toBe(20);
  expect((await readdir(join(repository.directory, "blobs"))).sort()).toEqual([
    shared,
    old,
    `${fresh}.sdtt.incomplete`,
  ]);
  expect(await snapshotFiles(repository, first)).toEqual(["deep/er/config.json", "model.safetensors"]);
  expect(await listCachedModels({ environment: {}, cacheDirectory })).toMatchObject([
    { revisions: [{ commit: first, refs: ["v1"] }] },
  ]);
});

test("removing a model, or its last revision, leaves nothing of it", async () => {
  for (const revisions of [[undefined], ["v1", second]]) {
    await using cache = await createCache();
    const { cacheDirectory } = cache;
    for (const revision of revisions) {
      await removeCachedModel({
        repo: "org/model",
        ...(revision && { revision }),
        environment: {},
        cacheDirectory,
      });
    }
    expect((await readdir(cacheDirectory)).sort()).toEqual(["datasets--org--data", "version.txt"]);
  }
});

test("what is not there cannot be removed", async () => {
  await using cache = await createCache();
  const { cacheDirectory } = cache;
  const remove = (repo: string, revision?: string) =>
    removeCachedModel({ repo, ...(revision && { revision }), environment: {}, cacheDirectory });
  await expect(remove("org/other")).rejects.toMatchObject({ code: "not-found" });
  await expect(remove("org/model", "v2")).rejects.toMatchObject({
    code: "not-found",
    message: expect.stringMatching(/^org\/model@v2 is not in the cache/) as string,
  });
  await expect(remove("../up")).rejects.toMatchObject({ code: "usage" });
});

test("a link whose blob is gone is no file of a snapshot, and is replaced", async () => {
  await using cache = await createCache();
  const { repository } = cache;
  const pointer = repository.pointer(first, "broken.json");
  await symlink("../../blobs/gone", pointer);
  expect(await snapshotFiles(repository, first)).not.toContain("broken.json");
  await linkBlob(repository, { commit: first, path: "broken.json", hash: old });
  expect(await readFile(pointer, "utf8")).toBe("x".repeat(10));
});

test("a shared store that a blob links on to, as Python keeps one, is left alone", async () => {
  await using cache = await createCache();
  const { repository, cacheDirectory } = cache;
  const store = join(cacheDirectory, "blobs/dd/store");
  await mkdir(dirname(store), { recursive: true });
  await writeFile(store, "x".repeat(500));
  await symlink("../../blobs/dd/store", repository.blob("d".repeat(64)));
  await linkBlob(repository, { commit: first, path: "shared.bin", hash: "d".repeat(64) });
  const [model] = await listCachedModels({ environment: {}, cacheDirectory });
  expect(model!.size).toBe(1530);
  await removeCachedModel({ repo: "org/model", revision: first, environment: {}, cacheDirectory });
  expect((await stat(store)).size).toBe(500);
});
