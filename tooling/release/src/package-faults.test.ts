import { mkdir, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { temporaryDirectory } from "@sdtt/testing";
import { expect, test } from "vitest";
import { packageFaults, specifiersOf } from "./package-faults.ts";

const manifest = {
  name: "broken",
  version: "1.0.0",
  bin: { broken: "./dist/main.js" },
  exports: {
    ".": { "@sdtt/source": "./src/index.ts", types: "./dist/index.d.ts", default: "./dist/index.js" },
  },
  dependencies: { declared: "1.0.0" },
};

async function faultsOf(files: Readonly<Record<string, string>>): Promise<string[]> {
  await using folder = await temporaryDirectory();
  for (const [name, text] of Object.entries({ "package.json": JSON.stringify(manifest), ...files })) {
    await mkdir(dirname(join(folder.path, name)), { recursive: true });
    await writeFile(join(folder.path, name), text);
  }
  return await packageFaults(folder.path);
}

const whole = { "dist/index.js": "", "dist/index.d.ts": "", "dist/main.js": "" };

test("a whole package has no faults", async () => {
  const index = [
    'import { readFile } from "node:fs/promises";',
    'import a from "declared/deep";',
    'export * from "./part.js";',
    'const folder = new URL("../models/", import.meta.url);',
    'await import("broken");',
  ].join("\n");
  const files = { "dist/index.js": index, "dist/part.js": "", "models/a.json": "{}" };
  const types = { "dist/index.d.ts": 'export type { A } from "./part.ts";', "dist/part.d.ts": "" };
  expect(await faultsOf({ ...whole, ...files, ...types })).toEqual([]);
});

test("names files that the manifest or a module wants and the tarball lacks", async () => {
  const index = 'import "./gone.js";\nnew URL("./thread.js", import.meta.url);\n';
  expect(await faultsOf({ "dist/index.js": index, "dist/index.d.ts": "" })).toEqual([
    "dist/main.js is missing from the tarball; package.json names it",
    "dist/gone.js is missing from the tarball; dist/index.js uses it",
    "dist/thread.js is missing from the tarball; dist/index.js uses it",
  ]);
});

test("a pattern of a manifest stands for any file that fits it", async () => {
  const manifest = { name: "small", exports: { "./standalone/*": "./dist/standalone/*" } };
  const files = { "package.json": JSON.stringify(manifest) };
  expect(await faultsOf({ ...files, "dist/standalone/small.js": "" })).toEqual([]);
  expect(await faultsOf(files)).toEqual([
    "dist/standalone/* is missing from the tarball; package.json names it",
  ]);
});

test("a thread that starts from its source in the repository is looked for as it is built", async () => {
  const index =
    'isSource ? new URL("./thread.ts", import.meta.url) : new URL("./thread.js", import.meta.url);';
  expect(await faultsOf({ ...whole, "dist/index.js": index, "dist/thread.js": "" })).toEqual([]);
  expect(await faultsOf({ ...whole, "dist/index.js": index })).toEqual([
    "dist/thread.js is missing from the tarball; dist/index.js uses it",
  ]);
});

test("names packages that modules and types use and the manifest does not declare", async () => {
  expect(
    await faultsOf({
      ...whole,
      "dist/index.js": 'const x = await import("@scope/undeclared/part");',
      "dist/index.d.ts":
        'import type { Type } from "only-types";\nexport declare const a: import("inline").B;',
    }),
  ).toEqual([
    "uses only-types and does not declare it (dist/index.d.ts)",
    "uses inline and does not declare it (dist/index.d.ts)",
    "uses @scope/undeclared and does not declare it (dist/index.js)",
  ]);
});

test("reads imports over several lines, and none in comments", () => {
  const module =
    '/** import { a } from "comment"; */\n// import "line";\nimport {\n  a,\n  b,\n} from "several";\n';
  expect(specifiersOf(module)).toEqual(["several"]);
});
