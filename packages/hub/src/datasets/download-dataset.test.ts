import { spawn } from "node:child_process";
import { once } from "node:events";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { startHub, temporaryDirectory } from "@sdtt/testing";
import type { LoopbackHubOptions } from "@sdtt/testing";
import { expect, test } from "vitest";
import { downloadDataset, planDataset } from "./download-dataset.ts";
import { parseDatasetReference } from "./dataset-reference.ts";

async function setUp(options: LoopbackHubOptions = {}) {
  const hub = await startHub(options);
  const cache = await temporaryDirectory();
  const environment = { HF_ENDPOINT: hub.endpoint, HF_HUB_CACHE: cache.path, HF_HOME: cache.path };
  return {
    hub,
    environment,
    cache: cache.path,
    download: (text: string, more: { offline?: boolean; token?: string } = {}) =>
      downloadDataset({
        reference: parseDatasetReference(text),
        environment: { ...environment, HF_TOKEN: more.token },
        ...(more.offline !== undefined && { offline: more.offline }),
      }),
    async [Symbol.asyncDispose]() {
      await hub[Symbol.asyncDispose]();
      await cache[Symbol.asyncDispose]();
    },
  };
}

const lines = (...texts: string[]): string => texts.map((text) => `${JSON.stringify({ text })}\n`).join("");

test("a split is downloaded into the cache of datasets and used without a network", async () => {
  await using scene = await setUp();
  const { hub, cache, download } = scene;
  const commit = hub.push("datasets/org/data", "main", {
    "README.md": "# Data",
    "data/train-00000-of-00001.jsonl": lines("a"),
    "data/test-00001-of-00002.jsonl": lines("c"),
    "data/test-00000-of-00002.jsonl": lines("b"),
  });
  const found = await download("hf:org/data:test");
  const folder = join(cache, "datasets--org--data", "snapshots", commit, "data");
  expect(found).toEqual({
    config: "default",
    split: "test",
    revision: "main",
    isPartial: false,
    isCurrent: true,
    files: [join(folder, "test-00000-of-00002.jsonl"), join(folder, "test-00001-of-00002.jsonl")],
  });
  expect(await readFile(found.files[0]!, "utf8")).toBe(lines("b"));
  expect(await download("hf:org/data:test", { offline: true })).toEqual({ ...found, isCurrent: false });
  await expect(download("hf:org/data:train", { offline: true })).rejects.toThrow(
    /no split "train"; it has test/,
  );
  expect(hub.requests.some(({ url }) => url.includes("train-00000"))).toBe(false);
});

test("the card decides before the names, and a revision may be named", async () => {
  await using scene = await setUp();
  const { hub, download } = scene;
  const card =
    "---\nconfigs:\n- config_name: en\n  default: true\n  data_files: [{ split: test, path: lambada_en.jsonl }]\n- config_name: de\n  data_files: [{ split: test, path: lambada_de.jsonl }]\n---\n";
  hub.push("datasets/org/data", "v2", {
    "README.md": card,
    "lambada_en.jsonl": lines("e"),
    "lambada_de.jsonl": lines("d"),
  });
  expect(await download("hf:org/data@v2")).toMatchObject({ config: "en", split: "test", revision: "v2" });
  expect((await download("hf:org/data/de@v2")).files).toEqual([expect.stringMatching(/lambada_de\.jsonl$/)]);
  await expect(download("hf:org/data@v3")).rejects.toThrow(/has no revision "v3"/);
});

test("of a dataset that is a script, the Hub's copy is taken, offline too", async () => {
  await using scene = await setUp();
  const { hub, download } = scene;
  hub.push("datasets/org/data", "main", { "data.py": "import datasets", "dummy_train.jsonl": lines("no") });
  await expect(download("hf:org/data")).rejects.toThrow(
    /The dataset org\/data@main has no files of texts that can be read .*It has data\.py, dummy_train\.jsonl\./,
  );
  hub.push("datasets/org/data", "refs/convert/parquet", {
    "arxiv/validation/0000.parquet": "a",
    "pubmed/partial-train/0000.parquet": "b",
  });
  const found = await download("hf:org/data/arxiv:validation");
  expect(found).toMatchObject({
    config: "arxiv",
    split: "validation",
    revision: "refs/convert/parquet",
    isPartial: false,
  });
  expect(await download("hf:org/data/pubmed")).toMatchObject({ split: "train", isPartial: true });
  expect((await download("hf:org/data/arxiv", { offline: true })).files).toEqual(found.files);
  await expect(download("hf:org/data/math")).rejects.toThrow(/has no config "math"; it has arxiv, pubmed/);
});

test("datasets that need a login, and those that are not there", async () => {
  await using scene = await setUp();
  const { hub, download } = scene;
  hub.createModel("datasets/org/gated", { gated: true });
  hub.createModel("datasets/org/private", { private: true });
  for (const name of ["gated", "private"])
    hub.push(`datasets/org/${name}`, "main", { "train.jsonl": lines("a") });
  await expect(download("hf:org/gated")).rejects.toMatchObject({
    code: "unauthorized",
    message: expect.stringMatching(
      /org\/gated is gated\. Accept its conditions at .*\/datasets\/org\/gated, then set HF_TOKEN/,
    ) as string,
  });
  await expect(download("hf:org/private")).rejects.toThrow(
    /no dataset org\/private .* or it is private\. .* set HF_TOKEN/,
  );
  await expect(download("hf:org/nothing")).rejects.toMatchObject({ code: "not-found" });
  expect((await download("hf:org/gated", { token: "hf_member" })).split).toBe("train");
});

test("a plan downloads no data and tells sizes and what is there", async () => {
  await using scene = await setUp();
  const { hub, environment, download } = scene;
  hub.push("datasets/org/data", "main", { "train.jsonl": lines("a"), "test.jsonl": lines("some", "more") });
  const reference = parseDatasetReference("hf:org/data:test");
  const plan = { config: "default", split: "test", revision: "main" };
  const file = { path: "test.jsonl", size: lines("some", "more").length };
  expect(await planDataset({ reference, environment })).toMatchObject({
    ...plan,
    files: [{ ...file, isCached: false }],
  });
  expect(hub.requests.some(({ url }) => url.includes("/resolve/"))).toBe(false);
  await download("hf:org/data:test");
  expect(await planDataset({ reference, environment })).toMatchObject({
    ...plan,
    files: [{ ...file, isCached: true }],
  });
});

test("a download that is killed resumes", async () => {
  let kill: () => void = () => {};
  await using scene = await setUp({ onSent: ({ sent }) => void (sent >= 700_000 && kill()) });
  const { hub, environment, download } = scene;
  const content = "x".repeat(1_500_000);
  hub.push("datasets/org/data", "main", { "train-00000-of-00001.parquet": content });
  hub.throttle = { bytes: 65_536, delay: 1 };
  const script = `
    import { downloadDataset } from "./download-dataset.ts";
    await downloadDataset({ reference: { repo: "org/data" } });
  `;
  const child = spawn(
    process.execPath,
    ["--conditions=@sdtt/source", "--input-type=module", "--eval", script],
    {
      cwd: import.meta.dirname,
      env: { ...process.env, ...environment },
      stdio: ["ignore", "ignore", "inherit"],
    },
  );
  kill = () => void child.kill("SIGKILL");
  expect((await once(child, "exit"))[1]).toBe("SIGKILL");
  kill = () => {};
  hub.throttle = undefined;
  const before = hub.requests.length;
  const { files } = await download("hf:org/data");
  expect(await readFile(files[0]!, "utf8")).toBe(content);
  const resumed = hub.requests.slice(before).filter(({ origin }) => origin === "storage");
  expect(resumed.map(({ headers }) => headers.range)).toEqual([
    expect.stringMatching(/^bytes=[1-9]\d{4,}-$/),
  ]);
}, 120_000);
