import { mkdir, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { temporaryDirectory } from "@sdtt/testing";
import { expect, test } from "vitest";
import { installSize } from "./install-size.ts";

test("counts a package and what it depends on once, each with its own files", async () => {
  await using project = await temporaryDirectory();
  const files = {
    "node_modules/a/package.json": JSON.stringify({ dependencies: { b: "1", c: "1" } }),
    "node_modules/a/index.js": "x".repeat(100),
    "node_modules/a/node_modules/b/package.json": JSON.stringify({
      dependencies: { c: "1" },
      optionalDependencies: { gone: "1" },
    }),
    "node_modules/a/cli/node_modules/bundled/index.js": "x".repeat(1000),
    "node_modules/c/package.json": JSON.stringify({ dependencies: { a: "1" } }),
    "node_modules/unrelated/package.json": "{}",
  };
  for (const [name, text] of Object.entries(files)) {
    await mkdir(dirname(join(project.path, name)), { recursive: true });
    await writeFile(join(project.path, name), text);
  }
  const { packages, bytes } = await installSize(join(project.path, "node_modules/a"));
  const all = Object.values(files).reduce((sum, text) => sum + text.length, 0);
  expect({ packages, bytes }).toEqual({ packages: 3, bytes: all - 2 });
});
