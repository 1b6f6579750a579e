import { execFile } from "node:child_process";
import { mkdirSync, mkdtempSync, renameSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { expect, onTestFinished, test } from "vitest";
import { freshBundle, stampOf } from "./fresh-bundle.mjs";

/** A bundle of two files, as `bundle-start.mjs` leaves one behind. */
function bundleOfTwo() {
  const root = mkdtempSync(path.join(tmpdir(), "bundle-"));
  onTestFinished(() => rmSync(root, { recursive: true }));
  const home = path.join(root, "home");
  mkdirSync(home);
  const main = path.join(home, "main.js");
  const current = path.join(home, "current.json");
  for (const file of ["one.ts", "two.ts"]) writeFileSync(path.join(root, file), file);
  writeFileSync(main, "");
  const files = ["one.ts", "two.ts"].map((file) => [file, stampOf(path.join(root, file))]);
  writeFileSync(current, JSON.stringify({ root, main, files }));
  return { root, home, main, current, two: path.join(root, "two.ts") };
}

test("a bundle counts while all files are as they were", () => {
  const { root, home, main } = bundleOfTwo();
  expect(freshBundle({ root, home })).toBe(main);
});

test.each<[what: string, change: (bundle: ReturnType<typeof bundleOfTwo>) => void]>([
  ["a file was written again", ({ two }) => writeFileSync(two, "more of it")],
  ["a file of the same size is newer", ({ two }) => utimesSync(two, new Date(), new Date(Date.now() + 5000))],
  ["a file is gone", ({ two }) => rmSync(two)],
  ["the bundle is gone", ({ main }) => rmSync(main)],
  ["there was none", ({ current }) => rmSync(current)],
  ["what names it is cut short", ({ current }) => writeFileSync(current, '{"root":')],
])("no bundle counts where %s", (_what, change) => {
  const bundle = bundleOfTwo();
  change(bundle);
  expect(freshBundle(bundle)).toBeUndefined();
});

test("a copy of a clone does not take the bundle of the first one", () => {
  const bundle = bundleOfTwo();
  const root = `${bundle.root}-copy`;
  renameSync(bundle.root, root);
  try {
    expect(freshBundle({ root, home: path.join(root, "home") })).toBeUndefined();
  } finally {
    renameSync(root, bundle.root);
  }
});

test("npm start writes from its bundle what the sources write", async () => {
  const root = fileURLToPath(new URL("../../", import.meta.url));
  const home = path.join(root, "apps", "cli", "node_modules", ".cache", "start");
  const run = async (args: readonly string[]) =>
    (await promisify(execFile)(process.execPath, args, { cwd: root })).stdout;
  const options = ["--steps", "4", "--length", "64", "--seed", "5"];
  const launched = await run([path.join(root, "tooling/launch/launch.mjs"), "start", ...options]);
  expect(freshBundle({ root, home })).toMatch(/main\.mjs$/);
  const source = ["--conditions=@sdtt/source", path.join(root, "apps/cli/src/main.ts"), "sample"];
  expect(launched).toBe(await run([...source, ...options]));
  expect(launched.length).toBeGreaterThan(50);
});
