import { mkdir } from "node:fs/promises";
import { expect, test } from "vitest";
import { scratchFolder } from "../testing/scratch-folder.ts";
import { writeIndex } from "./cache-index.ts";
import { openCache } from "./open-cache.ts";
import { shardLayout } from "./shard-layout.ts";
import type { ShardLayout } from "./shard-layout.ts";
import { createShardWriter } from "./shard-writer.ts";

const folder = scratchFolder();
const length = 5;
const blockCount = 11;

/** Writes blocks in parts of a few, over several shards. */
async function writeShards(layout: ShardLayout, blocks: Int32Array): Promise<string> {
  const directory = folder.at("cache");
  await mkdir(directory);
  await using writer = createShardWriter(directory, layout);
  for (let start = 0, part = 0; start < blocks.length; start += part * length) {
    part = (part % 3) + 1;
    await writer.append(blocks.subarray(start, start + part * length));
  }
  const shards = await writer.finish();
  expect(shards.length).toBe(3);
  await writeIndex(directory, { sources: [], layout, shards, blockCount, tokenCount: 40 });
  return directory;
}

test.each([2, 4] as const)(
  "ids of %i bytes come back as they went in, over several shards",
  async (bytesPerId) => {
    const layout: ShardLayout = { length, bytesPerId, blocksPerWrite: 2, blocksPerShard: 4 };
    const greatest = 2 ** (8 * bytesPerId - (bytesPerId === 4 ? 1 : 0)) - 1;
    const blocks = Int32Array.from({ length: blockCount * length }, (_, i) => (i === 7 ? greatest : i));
    const opened = await openCache(await writeShards(layout, blocks), { fingerprint: "f" });
    if (opened.state !== "whole") throw new Error(opened.state);
    await using dataset = opened.dataset;
    expect(dataset).toMatchObject({ blockCount, length, tokenCount: 40, fingerprint: "f" });
    expect(await dataset.read([...Array(blockCount).keys()])).toEqual(blocks);
    const picked = [10, 3, 4, 3];
    const expected = picked.flatMap((index) => [...blocks.subarray(index * length, (index + 1) * length)]);
    expect([...(await dataset.read(picked))]).toEqual(expected);
    await expect(dataset.read([blockCount])).rejects.toMatchObject({ code: "usage" });
  },
);

test("ids take two bytes as long as the vocabulary allows it", () => {
  expect(shardLayout({ length: 1024, vocabSize: 65_536 }).bytesPerId).toBe(2);
  expect(shardLayout({ length: 1024, vocabSize: 65_537 }).bytesPerId).toBe(4);
});
