import { randomUUID } from "node:crypto";
import { copyFile, readdir, readFile, rm, truncate, utimes, writeFile } from "node:fs/promises";
import { utimesSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { beforeEach, describe, expect, test } from "vitest";
import type { DatasetEvent } from "./dataset-event.ts";
import type { Dataset } from "./dataset.ts";
import { datasetOfTexts } from "./memory-dataset.ts";
import { openDataset } from "./open-dataset.ts";
import type { OpenDatasetOptions } from "./open-dataset.ts";
import { scratchFolder } from "./testing/scratch-folder.ts";
import { smallTexts, smallTokenizer } from "./testing/small-tokenizer.ts";

const folder = scratchFolder();
const texts = smallTexts(30);
const { json, tokenizer } = await smallTokenizer(texts);

function jsonLines(documents: readonly string[]): string {
  return documents.map((text) => `${JSON.stringify({ text, body: text.toUpperCase() })}\n`).join("");
}

beforeEach(async () => {
  await folder.write("texts.jsonl", jsonLines(texts));
  await folder.write("tokenizer.json", json);
});

interface Opening {
  readonly blocks: Int32Array;
  readonly fingerprint: string;
  readonly events: readonly DatasetEvent[];
  readonly tokenized: boolean;
}

/** Opens the texts, or what is told otherwise, reads all and closes. */
async function open(changes: Partial<OpenDatasetOptions> = {}): Promise<Opening> {
  const events: DatasetEvent[] = [];
  await using dataset = await openDataset({
    sources: folder.at("texts.jsonl"),
    tokenizer: { path: folder.at("tokenizer.json") },
    length: 16,
    cacheDirectory: folder.at("cache"),
    ...changes,
    onProgress: (event) => {
      events.push(event);
      changes.onProgress?.(event);
    },
  });
  const tokenized = events.some((event) => event.kind === "progress" && event.stage === "tokenize");
  return { blocks: await readAll(dataset), fingerprint: dataset.fingerprint, events, tokenized };
}

function readAll(dataset: Dataset): Promise<Int32Array> {
  return dataset.read([...Array(dataset.blockCount).keys()]);
}

const expectedBlocks = await readAll(datasetOfTexts({ texts, tokenizer, length: 16 }));

test.each([0, 1])("%i threads leave out the mask that a tokenizer has of its own", async (threads) => {
  const own = JSON.parse(json) as { added_tokens: { id: number }[] };
  const end = own.added_tokens[0]!;
  const maskId = end.id + 1;
  own.added_tokens.push({ ...end, id: maskId, content: "[MASK]" } as typeof end);
  await folder.write("own-mask.json", JSON.stringify(own));
  await folder.write("texts.jsonl", jsonLines(texts.map((text) => `[MASK] ${text}`)));
  const path = folder.at("own-mask.json");
  const plain = await open({ threads, tokenizer: { path } });
  expect(plain.blocks).toContain(maskId);
  const known = await open({ threads, tokenizer: { path, modelTokens: maskId } });
  expect(known.blocks).not.toContain(maskId);
  expect(known.fingerprint).not.toBe(plain.fingerprint);
  const other = await open({ threads, tokenizer: { path, modelTokens: maskId + 1 } });
  expect(other.fingerprint).toBe(plain.fingerprint);
});

test.each([0, 2])("%i threads make the blocks that packing in memory makes", async (threads) => {
  const { blocks } = await open({ threads });
  expect(blocks).toEqual(expectedBlocks);
});

describe("the cache", () => {
  test("spares tokenizing again, wherever the same content lies", async () => {
    const first = await open();
    expect(first.tokenized).toBe(true);
    const again = await open();
    expect(again).toMatchObject({ tokenized: false, fingerprint: first.fingerprint });
    expect(again.blocks).toEqual(first.blocks);
    await copyFile(folder.at("texts.jsonl"), folder.at("copy.jsonl"));
    const elsewhere = await open({ sources: folder.at("copy.jsonl") });
    expect(elsewhere).toMatchObject({ tokenized: false, fingerprint: first.fingerprint });
  });

  test("is another for other content, another tokenizer, length, packing or field", async () => {
    const other = await smallTokenizer(texts, 290);
    const changes: Partial<OpenDatasetOptions>[] = [
      {},
      { sources: await folder.write("fewer.jsonl", jsonLines(texts.slice(1))) },
      { sources: await folder.write("packed.jsonl.gz", gzipSync(jsonLines(texts))) },
      { tokenizer: { path: await folder.write("other.json", other.json) } },
      { tokenizer: { name: "gpt2" } },
      { length: 17 },
      { packing: "documents" },
      { field: "body" },
    ];
    const openings: Opening[] = [];
    for (const change of changes) openings.push(await open(change));
    expect(openings.every(({ tokenized }) => tokenized)).toBe(true);
    expect(new Set(openings.map(({ fingerprint }) => fingerprint)).size).toBe(changes.length);
    expect((await readdir(folder.at("cache"))).length).toBe(changes.length);
  });

  const damages: [name: string, damage: (directory: string) => Promise<unknown>, reason: RegExp][] = [
    ["a changed byte", (at) => changeByte(join(at, "00000.tokens"), 1001), /00000\.tokens is not as it was/],
    ["a file cut short", (at) => truncate(join(at, "00000.tokens"), 64), /00000\.tokens is not as it was/],
    ["a missing file", (at) => rm(join(at, "00000.tokens")), /00000\.tokens is missing/],
    ["a changed index", (at) => changeByte(join(at, "index.json"), 150), /index\.json is missing or damaged/],
    ["an index of nothing", (at) => writeFile(join(at, "index.json"), "{}"), /index\.json is missing or dam/],
    ["no index", (at) => rm(join(at, "index.json")), /index\.json is missing or damaged/],
  ];
  test.each(damages)("is made again after %s", async (_name, damage, reason) => {
    const { fingerprint } = await open();
    await damage(join(folder.at("cache"), fingerprint));
    const { blocks, events, tokenized } = await open();
    expect(events).toContainEqual({ kind: "damaged", reason: expect.stringMatching(reason) });
    expect(tokenized).toBe(true);
    expect(blocks).toEqual(expectedBlocks);
    expect(await open()).toMatchObject({ tokenized: false });
  });

  test("may be wanted by several at once, also when it is damaged", async () => {
    const wanted = (): Promise<Opening[]> => Promise.all([open(), open(), open(), open()]);
    for (const { blocks } of await wanted()) expect(blocks).toEqual(expectedBlocks);
    const [name] = await readdir(folder.at("cache"));
    await changeByte(join(folder.at("cache"), name!, "00000.tokens"), 5);
    for (const { blocks } of await wanted()) expect(blocks).toEqual(expectedBlocks);
    expect(await readdir(folder.at("cache"))).toEqual([name]);
  });

  test("keeps nothing of work that was stopped, and sweeps up after processes that were killed", async () => {
    const stop = new AbortController();
    const stopping = open({
      signal: stop.signal,
      onProgress: (event) => event.kind === "progress" && event.stage === "tokenize" && stop.abort(),
    });
    await expect(stopping).rejects.toMatchObject({ code: "aborted" });
    expect(await readdir(folder.at("cache"))).toEqual([]);

    const abandoned = `${"a".repeat(64)}.${randomUUID()}.tmp`;
    const inWork = `${"a".repeat(64)}.${randomUUID()}.tmp`;
    const foreign = "notes.tmp";
    for (const name of [abandoned, inWork, foreign]) await folder.write(`cache/${name}/00000.tokens`, "half");
    for (const name of [abandoned, foreign]) await utimes(folder.at(`cache/${name}`), 0, 0);
    const { blocks, fingerprint } = await open();
    expect(blocks).toEqual(expectedBlocks);
    expect((await readdir(folder.at("cache"))).sort()).toEqual([fingerprint, inWork, foreign].sort());
  });
});

describe("what is refused:", () => {
  test("less text than a block takes, with the numbers", async () => {
    const sources = await folder.write("short.txt", "é");
    await expect(open({ sources })).rejects.toThrow(
      `The data has ${tokenizer.encode("é").length + 1} tokens in 1 document; a block of length 16 needs 14`,
    );
    expect(await readdir(folder.at("cache"))).toEqual([]);
  });

  test("a length without room, before anything is read", async () => {
    await expect(open({ length: 2, sources: "none.txt" })).rejects.toThrow(/from 3 to 1048576; got 2/);
  });

  test("a source that changes while it is read", async () => {
    const sources = await folder.write("growing.jsonl", jsonLines(texts));
    const opening = open({
      sources,
      onProgress: (event) => {
        if (event.kind === "progress" && event.stage === "tokenize") utimesSync(sources, 1, 1);
      },
    });
    await expect(opening).rejects.toMatchObject({ code: "io" });
    await expect(opening).rejects.toThrow(/growing\.jsonl changed while it was read/);
    expect(await readdir(folder.at("cache"))).toEqual([]);
  });

  test("a tokenizer that is unknown, or that knows no end of text", async () => {
    await expect(open({ tokenizer: { name: "bert" } })).rejects.toThrow(
      /No tokenizer named "bert" is built in/,
    );
    const endless = json.replaceAll("<|endoftext|>", "<|end|>");
    const path = await folder.write("endless.json", endless);
    await expect(open({ tokenizer: { path } })).rejects.toThrow(/has no <\|endoftext\|>/);
  });

  test("a cache directory that cannot be written", async () => {
    const cacheDirectory = await folder.write("file", "");
    await expect(open({ cacheDirectory })).rejects.toMatchObject({ code: "io" });
  });
});

async function changeByte(path: string, place: number): Promise<void> {
  const bytes = await readFile(path);
  bytes[place]! ^= 1;
  await writeFile(path, bytes);
}

test("a slice, and texts out of published words, are blocks of their own", async () => {
  const all = await open();
  const part = await open({ slice: { start: -20, end: -1 } });
  const expected = datasetOfTexts({ texts: texts.slice(-20, -1), tokenizer, length: 16 });
  expect(part.blocks).toEqual(await readAll(expected));
  const changed = await open({ detokenizer: "lambada" });
  const spelt = datasetOfTexts({ texts: texts.map((text) => `\n${text.trim()}`), tokenizer, length: 16 });
  expect(changed.blocks).toEqual(await readAll(spelt));
  expect(new Set([all, part, changed].map(({ fingerprint }) => fingerprint)).size).toBe(3);
});

test("text that the vocabulary does not suit is told of, when it is tokenized and when it was kept", async () => {
  await folder.write("texts.jsonl", jsonLines(["中文".repeat(1000)]));
  const events = [await open(), await open()].map((opening) =>
    opening.events.filter(({ kind }) => kind === "unsuited"),
  );
  expect(events[0]).toMatchObject([
    { fit: { charactersPerToken: expect.closeTo(1 / 3, 2) as number, suits: false } },
  ]);
  expect(events[1]).toEqual(events[0]);
});
