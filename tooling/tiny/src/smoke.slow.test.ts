import { execFile } from "node:child_process";
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { temporaryDirectory } from "@sdtt/testing";
import { expect, test } from "vitest";

const main = fileURLToPath(new URL("main.ts", import.meta.url));

test("the recipe's smoke configuration trains, distils two rounds, reports and packs; called again, it repeats nothing", async () => {
  await using place = await temporaryDirectory();
  const at = (...names: string[]) => join(place.path, ...names);
  const args = ["--conditions=@sdtt/source", main, "--recipe", "smoke", "--out", at("out")];
  const make = () => promisify(execFile)(process.execPath, args);
  await make();
  expect((await readdir(at("out", "models"))).toSorted()).toEqual(["judge", "student", "teacher"]);
  const table = await readFile(at("out", "report", "report.csv"), "utf8");
  expect(table).toMatch(/^teacher,/m);
  expect(table).toMatch(/^round 2,/m);
  expect((await readFile(at("out", "report", "index.html"), "utf8")).length).toBeGreaterThan(10_000);
  const { stderr } = await make();
  expect(stderr).toContain("pack the student: done");
  expect(await readFile(at("out", "report", "report.csv"), "utf8")).toBe(table);
}, 1_200_000);
