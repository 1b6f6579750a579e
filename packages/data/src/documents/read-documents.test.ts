import { gzipSync } from "node:zlib";
import { describe, expect, test } from "vitest";
import { collect } from "../testing/collect.ts";
import { scratchFolder } from "../testing/scratch-folder.ts";
import { readDocuments } from "./read-documents.ts";

const folder = scratchFolder();

function lines(...texts: string[]): string {
  return texts.map((text) => `${JSON.stringify({ text })}\n`).join("");
}

describe("what is read:", () => {
  test("a text file is one document, without its byte order mark", async () => {
    const path = await folder.write("a.txt", "\uFEFFFirst\r\nsecond ✓\n");
    expect(await collect(readDocuments({ sources: path }))).toEqual(["First\r\nsecond ✓\n"]);
  });

  test("JSONL has a document a line, whatever ends the lines; blank ones are skipped", async () => {
    const content = `${lines("one")}\n  \r\n{"text": "two\\n2", "other": 1}\r\n{"text":""}\n{"text":"last"}`;
    const path = await folder.write("a.jsonl", content);
    expect(await collect(readDocuments({ sources: path }))).toEqual(["one", "two\n2", "", "last"]);
  });

  test("the text is in the field that was named", async () => {
    const path = await folder.write("a.ndjson", '{"text": 1, "content": "here"}');
    expect(await collect(readDocuments({ sources: path, field: "content" }))).toEqual(["here"]);
  });

  test("gzip files are unpacked, those of several parts too", async () => {
    const packed = Buffer.concat([gzipSync(lines("one", "two")), gzipSync(lines("three"))]);
    const sources = [
      await folder.write("a.jsonl.gz", packed),
      await folder.write("B.TXT.GZ", gzipSync("four")),
    ];
    expect(await collect(readDocuments({ sources }))).toEqual(["one", "two", "three", "four"]);
  });

  test("folders and patterns give their files in the order of the paths, and only those of known kinds", async () => {
    await folder.write("books/b.txt", "b");
    await folder.write("books/a/deep.jsonl", lines("a"));
    await folder.write("books/notes.md", "not this");
    await folder.write("c.txt", "c");
    expect(await collect(readDocuments({ sources: folder.at("books") }))).toEqual(["a", "b"]);
    const sources = [folder.at("c.txt"), folder.at("{books,none}/*")];
    expect(await collect(readDocuments({ sources }))).toEqual(["c", "b"]);
  });
});

describe("what is refused, with its place:", () => {
  const badLines: [content: string | Uint8Array, message: RegExp][] = [
    ["{text: 1}", /a\.jsonl:2 is not valid JSON: .*Expected one object a line/],
    ['{"text": "cut off', /a\.jsonl:2 is not valid JSON/],
    ["[1]", /a\.jsonl:2: expected an object with a text in the field "text"; got an array\. Name the field/],
    ["null", /got null/],
    ['{"text": 3}', /got a number in it/],
    ['{"text": null}', /got null in it/],
    ['{"author": "A", "body": "B"}', /got an object with the fields "author", "body"\./],
    ["{}", /got an object with no fields/],
    ['{"__proto__": "x"}', /got an object with the fields "__proto__"/],
    [Uint8Array.of(0x22, 0xff, 0x22), /a\.jsonl:2 is not UTF-8 text/],
  ];
  test.each(badLines)("%s", async (content, message) => {
    const path = await folder.write(
      "a.jsonl",
      Buffer.concat([Buffer.from(lines("fine")), Buffer.from(content)]),
    );
    const reading = collect(readDocuments({ sources: path }));
    await expect(reading).rejects.toMatchObject({ name: "SdttError", code: "format" });
    await expect(reading).rejects.toThrow(message);
  });

  test("a gzip file that is cut off, and one that is none", async () => {
    const whole = gzipSync(lines(...Array.from({ length: 1000 }, (_, i) => `text ${i * i}`)));
    const cut = await folder.write("cut.jsonl.gz", whole.subarray(0, whole.length - 20));
    const fake = await folder.write("fake.txt.gz", "plain");
    for (const sources of [cut, fake]) {
      const reading = collect(readDocuments({ sources }));
      await expect(reading).rejects.toMatchObject({ code: "format" });
      await expect(reading).rejects.toThrow(/is not a complete gzip file/);
    }
  });

  test("a text file in another encoding", async () => {
    const path = await folder.write("latin.txt", Uint8Array.of(0x63, 0xe9));
    await expect(collect(readDocuments({ sources: path }))).rejects.toThrow(
      /latin\.txt is not UTF-8 text: convert it/,
    );
  });

  test("sources that are not there, or of no known kind", async () => {
    await folder.write("empty/notes.md", "");
    const cases: [sources: string | string[], code: string, message: RegExp][] = [
      [folder.at("none.txt"), "not-found", /There is nothing at .*none\.txt\./],
      [folder.at("*.jsonl"), "not-found", /There is nothing at .*\*\.jsonl\./],
      [folder.at("empty"), "usage", /empty has no file of a known type: expected \.txt, \.jsonl/],
      [folder.at("empty/*"), "usage", /no file of a known type/],
      [folder.at("empty/notes.md"), "usage", /notes\.md has an unknown type/],
      [[], "usage", /No data is named/],
    ];
    for (const [sources, code, message] of cases) {
      const reading = collect(readDocuments({ sources }));
      await expect(reading).rejects.toMatchObject({ code });
      await expect(reading).rejects.toThrow(message);
    }
  });

  test("to continue when asked to stop", async () => {
    const path = await folder.write("a.jsonl", lines("one", "two", "three"));
    const stop = new AbortController();
    const seen: string[] = [];
    const reading = (async () => {
      for await (const document of readDocuments({ sources: path, signal: stop.signal })) {
        seen.push(document);
        stop.abort();
      }
    })();
    await expect(reading).rejects.toMatchObject({ code: "aborted" });
    expect(seen).toEqual(["one"]);
  });
});
