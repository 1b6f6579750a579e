import { expect, test } from "vitest";
import { collect } from "../testing/collect.ts";
import type { StreamedFormat } from "./document-format.ts";
import { jsonLines } from "./json-lines.ts";
import { splitLines } from "./lines.ts";
import { plainText } from "./plain-text.ts";

/** Bytes in parts of a size; counts in `given` how many parts were asked for. */
async function* inParts(text: string, size: number, given = { count: 0 }): AsyncGenerator<Uint8Array> {
  const bytes = Buffer.from(text);
  for (let start = 0; start < bytes.length; start += size) {
    given.count += 1;
    yield bytes.subarray(start, start + size);
  }
}

test("lines are the same however the bytes are cut into parts", async () => {
  for (const text of ["", "\n", "a", "a\n", "\n\na\n\nbé✓\n", "one\ntwo\nthree"]) {
    const expected = text.split("\n");
    if (expected.at(-1) === "") expected.pop();
    for (const size of [1, 2, 3, 100]) {
      const lines = await collect(splitLines(inParts(text, size), { path: "x", maxBytes: 100 }));
      expect(lines.map(({ bytes }) => Buffer.from(bytes).toString())).toEqual(expected);
      expect(lines.map(({ number }) => number)).toEqual(expected.map((_, i) => i + 1));
    }
  }
});

test("a document that is too long is refused before all of it is read", async () => {
  const long = "x".repeat(1000);
  const cases: [format: StreamedFormat, text: string, message: string][] = [
    [
      jsonLines,
      `{"text":"fine"}\n${long}`,
      "x:2 is longer than 64 bytes: expected one document a line; split it.",
    ],
    [plainText, long, "x is longer than 64 bytes, too long for one document"],
  ];
  for (const [format, text, message] of cases) {
    const given = { count: 0 };
    const input = { path: "x", bytes: inParts(text, 10, given), field: "text", maxDocumentBytes: 64 };
    await expect(collect(format.read(input))).rejects.toThrow(message);
    expect(given.count).toBeLessThan(12);
  }
});
