import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { temporaryDirectory } from "@sdtt/testing";
import { expect, test } from "vitest";
import { bundleNames, tarArguments } from "./contents.ts";
import { writeParts } from "./parts.ts";

async function* pieces(...sizes: number[]): AsyncGenerator<Uint8Array> {
  let next = 0;
  for (const size of sizes) yield Uint8Array.from({ length: size }, () => next++ % 251);
}

test("parts are of one size but the last, and add up to the stream", async () => {
  await using folder = await temporaryDirectory();
  const parts = await writeParts(pieces(3, 20, 1, 0, 6), folder.path, 10);
  expect(parts.map(({ name, bytes }) => [name, bytes])).toEqual([
    ["part.000", 10],
    ["part.001", 10],
    ["part.002", 10],
  ]);
  const files = await Promise.all(parts.map(({ name }) => readFile(join(folder.path, name))));
  expect(Array.from(Buffer.concat(files))).toEqual(Array.from({ length: 30 }, (_, i) => i));
  const digest = createHash("sha256").update(files[1]!).digest("hex");
  expect(parts[1]!.sha256).toBe(digest);
});

test("a bundle holds the packages that it runs, the tests that need a GPU alone, and the runtime", () => {
  const tracked = [
    "LICENSE",
    "README.md",
    "packages/a/src/x.ts",
    "packages/a/src/x.test.ts",
    "packages/a/src/x.gpu.test.ts",
    "packages/ab/src/x.ts",
  ];
  const closure = {
    workspaces: ["packages/a"],
    links: ["packages/a/node_modules/b"],
    stored: ["node_modules/.pnpm/b@1"],
  };
  expect(bundleNames({ tracked, closure, runtime: ".gpu/runtime" })).toEqual([
    "LICENSE",
    "packages/a/src/x.ts",
    "packages/a/src/x.gpu.test.ts",
    ...closure.links,
    ...closure.stored,
    ".gpu/runtime",
  ]);
});

test("tar is told what to leave out before it is given names, which is when it heeds it", () => {
  const [names, lastExclusion] = [
    tarArguments.indexOf("--files-from=-"),
    tarArguments.findLastIndex((argument) => argument.startsWith("--exclude=")),
  ];
  expect(lastExclusion).toBeGreaterThan(0);
  expect(names).toBeGreaterThan(lastExclusion);
});
