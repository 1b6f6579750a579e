import { appendFile, readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { temporaryDirectory } from "@sdtt/testing";
import { expect, test } from "vitest";
import { openTextsFile } from "./texts-file.ts";

const { signal } = new AbortController();
const line = (index: number) => JSON.stringify({ model: "tiny", index, text: "x".repeat(index) });
const lines = (...indexes: number[]) => indexes.map(line);
const whole = (count: number) => Array.from({ length: count }, (_, i) => `${line(i)}\n`).join("");

test("what is done stays, a line that was cut off is written again, and the end is one file in order", async () => {
  await using directory = await temporaryDirectory();
  const path = join(directory.path, "texts.jsonl");
  const options = { path, run: "0123456789", signal };
  {
    await using file = await openTextsFile(options);
    await file.add(lines(0, 1));
    await file.add(lines(4, 5));
    await appendFile(file.partial, line(6).slice(0, -3));
  }
  {
    await using file = await openTextsFile(options);
    expect([0, 1, 2, 3, 4, 5, 6].filter((index) => file.has(index))).toEqual([0, 1, 4, 5]);
    await file.add(lines(2, 3));
    await file.add(lines(6));
    await file.finish(7);
  }
  expect(await readFile(path, "utf8")).toBe(whole(7));
  expect(await readdir(directory.path)).toEqual(["texts.jsonl"]);
});

test("a file that was written in order takes its name as it is", async () => {
  await using directory = await temporaryDirectory();
  const path = join(directory.path, "texts.jsonl");
  await using file = await openTextsFile({ path, run: "0123456789", signal });
  await file.add(lines(0, 1, 2));
  await file.finish(3);
  expect(await readFile(path, "utf8")).toBe(whole(3));
});

test("leaves alone what is there, what another process writes, and what belongs to another run", async () => {
  await using directory = await temporaryDirectory();
  const path = join(directory.path, "texts.jsonl");
  await using file = await openTextsFile({ path, run: "0123456789", signal });
  await file.add(lines(0));
  await expect(openTextsFile({ path, run: "0123456789", signal })).rejects.toMatchObject({
    code: "usage",
    message: expect.stringMatching(/Another process is writing/),
  });
  await using other = await openTextsFile({ path, run: "9876543210", signal });
  expect(other.has(0)).toBe(false);
  await writeFile(path, "mine");
  await expect(openTextsFile({ path, run: "0123456789", signal })).rejects.toThrow(/is there already/);
  await expect(file.finish(1)).rejects.toThrow(/is there already/);
  expect(await readFile(path, "utf8")).toBe("mine");
});
