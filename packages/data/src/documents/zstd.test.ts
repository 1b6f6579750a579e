import { gzipSync, zstdCompressSync } from "node:zlib";
import { createStream } from "@sdtt/core";
import { expect, test } from "vitest";
import { collect } from "../testing/collect.ts";
import { scratchFolder } from "../testing/scratch-folder.ts";
import { readDocuments } from "./read-documents.ts";

const folder = scratchFolder();

/** What does not compress, so that frames span several chunks of the file. */
const stream = createStream(1);
const texts = Array.from({ length: 9 }, (_, text) =>
  Array.from({ length: 20_000 * text }, (_, i) => stream.uint32(i + 200_000 * text).toString(36)).join(" "),
);
const lines = texts.map((text) => Buffer.from(`${JSON.stringify({ text })}\n`));

test("zstd files are unpacked, those of several frames and with frames to skip too", async () => {
  const skipped = Buffer.concat([Buffer.from([0x50, 0x2a, 0x4d, 0x18, 3, 0, 0, 0]), Buffer.from("abc")]);
  const frames = lines.map((line) => zstdCompressSync(line));
  const files = [
    zstdCompressSync(Buffer.concat(lines)),
    Buffer.concat(frames),
    Buffer.concat([skipped, ...frames, skipped]),
  ];
  for (const [i, content] of files.entries()) {
    const sources = await folder.write(`${i}.jsonl.zst`, content);
    expect(await collect(readDocuments({ sources }))).toEqual(texts);
  }
  const sources = await folder.write("A.TXT.ZST", zstdCompressSync("one text"));
  expect(await collect(readDocuments({ sources }))).toEqual(["one text"]);
});

test("a zstd file that was cut off or is none is refused", async () => {
  const whole = Buffer.concat(lines.slice(0, 4).map((line) => zstdCompressSync(line)));
  const bad = [
    whole.subarray(0, -5),
    Buffer.concat([whole, Buffer.from("more")]),
    gzipSync("text"),
    Buffer.alloc(0),
  ];
  for (const content of bad) {
    const sources = await folder.write("a.jsonl.zst", content);
    await expect(collect(readDocuments({ sources }))).rejects.toMatchObject({
      code: "format",
      message: expect.stringMatching(
        /a\.jsonl\.zst is not a complete zstd file: .+ It may be truncated\.$/,
      ) as string,
    });
  }
});
