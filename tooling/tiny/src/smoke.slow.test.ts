import { execFile } from "node:child_process";
import { readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { temporaryDirectory } from "@sdtt/testing";
import { expect, test } from "vitest";
import { stories } from "./stories.ts";

const main = fileURLToPath(new URL("main.ts", import.meta.url));

test("the recipe's smoke configuration trains, distils two rounds, reports and packs; called again, it goes on", async () => {
  await using place = await temporaryDirectory();
  const at = (...names: string[]) => join(place.path, ...names);
  await writeFile(at("train.txt"), stories({ seed: 1, count: 5000 }));
  await writeFile(at("valid.txt"), stories({ seed: 2, count: 500 }));
  const texts = ["--data", at("train.txt"), "--validation", at("valid.txt"), "--out", at("out")];
  const make = () =>
    promisify(execFile)(process.execPath, ["--conditions=@sdtt/source", main, "--recipe", "smoke", ...texts]);
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
