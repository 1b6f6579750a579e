import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { temporaryDirectory } from "@sdtt/testing";
import { expect, test } from "vitest";
import { selectSources } from "./select-sources.ts";

const lines = [
  { text: "One.", src: "a" },
  { text: "Two.", src: "b" },
  { text: "Three.", src: "a" },
].map((line) => JSON.stringify(line));

test("the lines of the sources are kept as they are, from a packed file as well", async () => {
  await using place = await temporaryDirectory();
  const [from, to] = [join(place.path, "all.jsonl.gz"), join(place.path, "part.jsonl")];
  await writeFile(from, gzipSync(`${lines.join("\n")}\n`));
  await selectSources({ from, to, sources: ["a"] });
  expect(await readFile(to, "utf8")).toBe(`${lines[0]}\n${lines[2]}\n`);
});

test("sources that the file does not have are refused with those that it has", async () => {
  await using place = await temporaryDirectory();
  const [from, to] = [join(place.path, "all.jsonl"), join(place.path, "part.jsonl")];
  await writeFile(from, lines.join("\n"));
  await expect(selectSources({ from, to, sources: ["c"] })).rejects.toThrow(
    `${from} has no text whose src is c; it has a, b.`,
  );
});
