import { copyFile, readFile, stat } from "node:fs/promises";
import { createStream } from "@sdtt/core";
import { fixturePath } from "@sdtt/testing";
import { parquetWriteBuffer } from "hyparquet-writer";
import { describe, expect, test } from "vitest";
import { collect } from "../../testing/collect.ts";
import { scratchFolder } from "../../testing/scratch-folder.ts";
import { findSourceFiles } from "../source-files.ts";
import { readDocuments } from "../read-documents.ts";
import { parquet } from "./parquet.ts";

const folder = scratchFolder();
const variants = [
  "snappy",
  "gzip-without-dictionary",
  "zstd-pages-v2",
  "brotli",
  "lz4-delta-lengths",
  "plain-delta-pages-v2",
];

function fixture(name: string): string {
  return fixturePath(`parquet/${name}.parquet`);
}

async function fixtureTexts(): Promise<string[]> {
  return JSON.parse(await readFile(fixturePath("parquet/texts.json"), "utf8")) as string[];
}

/** A file of row groups of three documents. */
function writeTexts(name: string, texts: readonly string[]): Promise<string> {
  const columnData = [{ name: "text", data: [...texts], type: "STRING" as const }];
  return folder.write(name, new Uint8Array(parquetWriteBuffer({ columnData, rowGroupSize: 3 })));
}

describe("what pyarrow writes:", () => {
  test.each(variants)("%s", async (name) => {
    expect(await collect(readDocuments({ sources: fixture(name) }))).toEqual(await fixtureTexts());
  });

  test("reading from the middle gives what is left of the whole", async () => {
    const texts = await fixtureTexts();
    for (const start of [0, 1, 24, 25, 26, 60, 61, 100]) {
      const read = await collect(readDocuments({ sources: fixture("snappy"), slice: { start } }));
      expect(read).toEqual(texts.slice(start));
    }
  });

  test("the rows are known without reading them, and only the column's bytes are read", async () => {
    const path = fixture("snappy");
    const read: number[] = [];
    const input = { path, field: "text", maxDocumentBytes: 2 ** 20 };
    expect(await parquet.count(input)).toBe(61);
    await collect(parquet.read({ ...input, onRead: (bytes) => read.push(bytes) }));
    expect(read).toEqual(read.toSorted((a, b) => a - b));
    expect(read.at(-1)).toBeLessThan((await stat(path)).size);
  });
});

describe("what is refused, in one line with its place:", () => {
  const read = (sources: string, field?: string) => collect(readDocuments({ sources, field }));

  test("a column that is not there, with those that are", async () => {
    await expect(read(fixture("snappy"), "content")).rejects.toMatchObject({
      code: "format",
      message: expect.stringMatching(
        /snappy\.parquet has no column "content"; it has "id", "text", "words", "missing"\. Name the one/,
      ) as string,
    });
  });

  test("columns that hold no texts", async () => {
    await expect(read(fixture("snappy"), "id")).rejects.toThrow(
      /the column "id" holds values of type INT64, not texts\. The columns of texts are: "text", "missing"\./,
    );
    await expect(read(fixture("snappy"), "words")).rejects.toThrow(
      /the column "words" holds lists, not texts/,
    );
    await expect(read(fixture("snappy"), "missing")).rejects.toThrow(
      /row 8 has no text in the column "missing"/,
    );
  });

  test("a damaged row group, by its number", async () => {
    const path = folder.at("damaged.parquet");
    await copyFile(fixture("gzip-without-dictionary"), path);
    const bytes = await readFile(path);
    // The first page of texts of the second row group: its header states another length.
    const input = { path, field: "text", maxDocumentBytes: 2 ** 20 };
    const ends: number[] = [];
    let texts = 0;
    for await (const _ of parquet.read({ ...input, onRead: (end) => ends.push(end) })) {
      texts += 1;
      if (texts === 26) break;
    }
    bytes[ends.at(-1)! - 12]! ^= 0xff;
    await folder.write("damaged.parquet", bytes);
    await expect(read(path)).rejects.toThrow(
      /damaged\.parquet: row group 2 of 3 cannot be decoded: .+ The file is damaged: fetch it again\.$/,
    );
    expect((await collect(readDocuments({ sources: path, slice: { end: 25 } }))).length).toBe(25);
  });

  test("what is no Parquet file, or half of one", async () => {
    await expect(read(await folder.write("a.parquet", ""))).rejects.toThrow(
      /does not end as a Parquet file does/,
    );
    const whole = await readFile(fixture("snappy"));
    await expect(read(await folder.write("b.parquet", whole.subarray(0, 5000)))).rejects.toThrow(
      /may be truncated/,
    );
    const forged = Buffer.from(whole);
    forged.writeUInt32LE(2 ** 32 - 1, forged.length - 8);
    await expect(read(await folder.write("c.parquet", forged))).rejects.toThrow(
      /footer of .*c\.parquet cannot be decoded/,
    );
  });

  test("a flipped bit is an error of ours or another text, and never ends the process", async () => {
    const stream = createStream(7);
    for (const [variant, name] of variants.entries()) {
      const bytes = await readFile(fixture(name));
      for (let i = 0; i < 25; i++) {
        const draw = 100 * variant + 2 * i;
        const at = Math.floor(stream.uniform(draw) * bytes.length);
        const damaged = Buffer.from(bytes);
        damaged[at]! ^= 1 << (stream.uint32(draw + 1) % 8);
        const sources = await folder.write("flipped.parquet", damaged);
        await collect(readDocuments({ sources })).catch((error: unknown) =>
          expect(error).toMatchObject({ name: "SdttError", code: "format" }),
        );
      }
    }
  });
});

test("Parquet has a compression of its own, and no other around it", async () => {
  const path = await folder.write("a.parquet.gz", "");
  await expect(findSourceFiles(path)).rejects.toThrow(
    /unknown type: expected .*\.jsonl.*, each also \.gz or \.zst, or \.parquet\.$/,
  );
});

test("a slice counts over all files, of either kind", async () => {
  const texts = Array.from({ length: 20 }, (_, i) => `text ${i}`);
  const sources = [
    await writeTexts("a.parquet", texts.slice(0, 8)),
    await folder.write(
      "b.jsonl",
      texts
        .slice(8, 13)
        .map((text) => `${JSON.stringify({ text })}\n`)
        .join(""),
    ),
    await writeTexts("c.parquet", texts.slice(13)),
  ];
  const slices = [
    {},
    { start: 3 },
    { start: 9, end: 15 },
    { end: -4 },
    { start: -4 },
    { start: -10, end: -5 },
    { start: 30 },
    { start: -99 },
    { end: 0 },
  ];
  for (const slice of slices) {
    const read = await collect(readDocuments({ sources, slice }));
    expect(read).toEqual(texts.slice(slice.start ?? 0, slice.end));
  }
  await expect(collect(readDocuments({ sources, slice: { start: 0.5 } }))).rejects.toMatchObject({
    code: "usage",
  });
});
