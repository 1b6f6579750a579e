import { readFile } from "node:fs/promises";
import { startHub, temporaryDirectory } from "@sdtt/testing";
import type { LoopbackHub } from "@sdtt/testing";
import { expect, test } from "vitest";
import type { DownloadEvent } from "./download-event.ts";
import { downloadSnapshot } from "./download-snapshot.ts";

const repo = "org/model";
const content = Buffer.from(Array.from({ length: 200_000 }, (_, i) => (i * 7) % 253));

type Effect = Parameters<LoopbackHub["inject"]>[0]["effect"];

/** Short where a stall is waited for; elsewhere a busy machine must not look like one. */
const stallTimeoutFor = (effects: readonly Effect[]) =>
  effects.some(({ kind }) => kind === "stall") ? 400 : 20_000;

/** Downloads one large file from a hub whose storage shows these faults, one per request. */
async function downloadWith(effects: readonly Effect[], { on = /objects/ } = {}) {
  await using hub = await startHub();
  await using cache = await temporaryDirectory();
  hub.push(repo, "main", { "model.safetensors": content });
  for (const effect of effects) hub.inject({ on, effect });
  const events: DownloadEvent[] = [];
  const download = downloadSnapshot({
    repo,
    environment: { HF_ENDPOINT: hub.endpoint, HF_HUB_CACHE: cache.path, HF_HOME: cache.path },
    retry: { attempts: 3, firstDelay: 1, longestDelay: 2, longestRetryAfter: 2_500 },
    stallTimeout: stallTimeoutFor(effects),
    onEvent: (event) => void events.push(event),
  });
  const outcome = await download.then(
    async ({ files }) => ({ whole: content.equals(await readFile(files.get("model.safetensors")!)) }),
    (error: unknown) => ({ error }),
  );
  const ranges = hub.requests
    .filter(({ origin }) => origin === "storage")
    .map(({ headers }) => headers.range);
  const reasons = events.filter((event) => event.kind === "retry").map(({ reason }) => reason);
  return { ...outcome, ranges, reasons };
}

/** Whatever was received when the connection died; some of it may have been on its way. */
const somewhere = expect.stringMatching(/^bytes=\d+-$/) as string;

test.each<[string, Effect, RegExp, (string | undefined)[]]>([
  [
    "a flipped byte",
    { kind: "flip", at: 70_001 },
    /the sha256 .* is not .* thrown away/,
    [undefined, undefined],
  ],
  [
    "a short body",
    { kind: "cut", after: 70_000 },
    /ended after 70000 of 200000 bytes/,
    [undefined, "bytes=70000-"],
  ],
  ["a broken connection", { kind: "drop", after: 70_000 }, /the connection broke/, [undefined, somewhere]],
  [
    "a stalled connection",
    { kind: "stall", after: 70_000 },
    /stalled: nothing .* 0.4 s/,
    [undefined, "bytes=70000-"],
  ],
  ["a stall before any byte", { kind: "stall", after: 0 }, /stalled/, [undefined, undefined]],
  [
    "a web page with status 200",
    { kind: "web-page" },
    /a web page came instead of the file/,
    [undefined, undefined],
  ],
  [
    "an expired link",
    { kind: "status", status: 403 },
    /storage of org\/model answered status 403/,
    [undefined, undefined],
  ],
  ["a busy server", { kind: "status", status: 503 }, /status 503/, [undefined, undefined]],
])("%s is noticed, and the download recovers", async (_, effect, reason, ranges) => {
  const result = await downloadWith([effect]);
  expect(result).toMatchObject({ whole: true, ranges, reasons: [expect.stringMatching(reason) as string] });
});

test("a server that ignores ranges makes the file start over", async () => {
  const result = await downloadWith([{ kind: "drop", after: 70_000 }, { kind: "no-ranges" }]);
  expect(result).toMatchObject({ whole: true, ranges: [undefined, somewhere] });
});

test("a connection that breaks again and again still ends, as long as each brings something", async () => {
  const drops = Array.from({ length: 8 }, (): Effect => ({ kind: "drop", after: 20_000 }));
  expect(await downloadWith(drops)).toMatchObject({ whole: true, ranges: { length: 9 } });
});

test("a file that stays wrong is given up, and nothing of it is kept", async () => {
  const flip: Effect = { kind: "flip", at: 3 };
  expect(await downloadWith([flip, flip])).toMatchObject({
    error: {
      code: "network",
      message: expect.stringMatching(/the sha256 .* This was the second time/) as string,
    },
  });
});

test("attempts are counted, and an end is named after the last failure", async () => {
  const page: Effect = { kind: "web-page" };
  expect(await downloadWith([page, page, page])).toMatchObject({
    error: { code: "network", message: expect.stringMatching(/a web page came.* Gave up after 3/) as string },
  });
});

test("a server that asks for an hour of patience is not waited for", async () => {
  const busy: Effect = { kind: "status", status: 429, headers: { "Retry-After": "3600" } };
  expect(await downloadWith([busy])).toMatchObject({
    error: { code: "network", message: expect.stringMatching(/status 429.*asks to wait 3600 s/) as string },
  });
});

test("metadata is retried as well, and a page instead of it is recognised", async () => {
  const on = /\/tree\//;
  expect(await downloadWith([{ kind: "status", status: 502 }], { on })).toMatchObject({ whole: true });
  expect(await downloadWith([{ kind: "web-page" }], { on })).toMatchObject({
    error: { code: "network", message: expect.stringMatching(/a web page instead of data/) as string },
  });
});
