import { createHash } from "node:crypto";
import { truncate, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { startHub, temporaryDirectory } from "@sdtt/testing";
import { expect, test } from "vitest";
import { downloadSnapshot } from "../download/download-snapshot.ts";
import { pushModel } from "./push-model.ts";
import type { PushOptions } from "./push-model.ts";
import type { UploadEvent } from "./upload-event.ts";

const repo = "org/new";
const weights = Buffer.from(Array.from({ length: 300_000 }, (_, i) => (i * 31) % 256));

async function setUp() {
  const hub = await startHub();
  const directory = await temporaryDirectory();
  const localPath = join(directory.path, "model.safetensors");
  await writeFile(localPath, weights);
  const environment = {
    HF_ENDPOINT: hub.endpoint,
    HF_TOKEN: "hf_writer",
    HF_HUB_CACHE: join(directory.path, "cache"),
    HF_HOME: directory.path,
  };
  const options = {
    repo,
    branch: "student/round_1",
    title: "Add a student",
    files: [
      { path: "model.safetensors", content: { localPath } },
      { path: "README.md", content: { bytes: new TextEncoder().encode("# A student\n") } },
    ],
    environment,
    retry: { attempts: 3, firstDelay: 1, longestDelay: 1, longestRetryAfter: 10 },
  } satisfies PushOptions;
  return {
    hub,
    localPath,
    options,
    async [Symbol.asyncDispose]() {
      await hub[Symbol.asyncDispose]();
      await directory[Symbol.asyncDispose]();
    },
  };
}

test("a push makes repository and branch, and what it pushed can be downloaded", async () => {
  await using scene = await setUp();
  const { hub, options } = scene;
  const events: UploadEvent[] = [];
  const { commit } = await pushModel({ ...options, onEvent: (event) => void events.push(event) });

  expect([...hub.files(repo, "main").keys()]).toEqual([]);
  const snapshot = await downloadSnapshot({ ...options, files: (paths) => paths, revision: options.branch });
  expect(snapshot.commit).toBe(commit);
  expect([...snapshot.files.keys()].toSorted()).toEqual(["README.md", "model.safetensors"]);

  const phases = events.filter((event) => event.kind === "phase").map(({ phase }) => phase);
  expect(phases).toEqual(["preparing", "uploading", "committing"]);
  const progress = events.filter((event) => event.kind === "progress");
  expect(new Set(progress.map(({ file }) => file))).toEqual(new Set(["model.safetensors"]));
  expect(progress.at(-1)).toMatchObject({ sent: weights.length, total: weights.length });
});

test("a second push finds repository and branch, keeps other files and sends no object twice", async () => {
  await using scene = await setUp();
  const { hub, options } = scene;
  await pushModel(options);
  await pushModel({ ...options, files: [{ path: "copy.bin", content: options.files[0]!.content }] });
  expect([...hub.files(repo, options.branch).keys()].toSorted()).toEqual([
    "README.md",
    "copy.bin",
    "model.safetensors",
  ]);
  expect(hub.requests.filter(({ method }) => method === "PUT")).toHaveLength(1);
});

test("an upload that breaks is repeated and arrives whole", async () => {
  await using scene = await setUp();
  const { hub, options } = scene;
  for (const status of [500, 503]) hub.inject({ on: /^PUT/, effect: { kind: "status", status } });
  hub.inject({ on: /\/commit\//, effect: { kind: "status", status: 503 } });
  const sent: number[] = [];
  await pushModel({
    ...options,
    onEvent: (event) => void (event.kind === "progress" && sent.push(event.sent)),
  });
  const pushed = hub.files(repo, options.branch).get("model.safetensors")!;
  expect(createHash("sha256").update(pushed).digest()).toEqual(createHash("sha256").update(weights).digest());
  expect(hub.requests.filter(({ method }) => method === "PUT")).toHaveLength(3);
  expect(Math.max(...sent)).toBe(weights.length);
});

test("a commit that failed for an unknown reason is not repeated", async () => {
  await using scene = await setUp();
  const { hub, options } = scene;
  hub.inject({ on: /\/commit\//, effect: { kind: "status", status: 500 } });
  await expect(pushModel(options)).rejects.toMatchObject({
    code: "network",
    message: expect.stringMatching(/500/) as string,
  });
  expect(hub.requests.filter(({ url }) => url.includes("/commit/"))).toHaveLength(1);
});

test("what cannot be pushed is refused before anything is sent", async () => {
  await using scene = await setUp();
  const { hub, localPath, options } = scene;
  const { environment } = options;
  const refused = async (change: Partial<PushOptions>, code: string, message: RegExp) =>
    expect(pushModel({ ...options, ...change })).rejects.toMatchObject({
      code,
      message: expect.stringMatching(message) as string,
    });
  await refused(
    { environment: { ...environment, HF_TOKEN: undefined } },
    "unauthorized",
    /needs a token .* set HF_TOKEN/,
  );
  await refused({ offline: true }, "usage", /network switched off/);
  await refused({ repo: "alone" }, "usage", /names no owner/);
  await refused({ branch: "a b" }, "usage", /not the name of a revision/);
  await refused({ files: [] }, "usage", /list of files is empty/);
  const content = { localPath: `${localPath}.missing` };
  await refused({ files: [{ path: "../x", content }] }, "usage", /cannot be a path/);
  await refused({ files: [{ path: "x", content }] }, "not-found", /nothing at .*missing/);
  expect(hub.requests).toEqual([]);

  await refused(
    { environment: { ...environment, HF_TOKEN: "hf_reader" } },
    "unauthorized",
    /forbids this on org\/new .*Check the rights of HF_TOKEN/,
  );
  await refused({ signal: AbortSignal.abort() }, "aborted", /Stopped/);
});

test("a file that changes while it is pushed is noticed", async () => {
  await using scene = await setUp();
  const { localPath, options } = scene;
  const push = pushModel({
    ...options,
    onEvent: (event) => {
      if (event.kind === "phase" && event.phase === "uploading") void truncate(localPath, 10);
    },
  });
  await expect(push).rejects.toMatchObject({ code: "network" });
});
