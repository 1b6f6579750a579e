import { expect, test } from "vitest";
import { emptyCaches, newcomerTable } from "./newcomer.ts";

test("the caches of npm, pnpm and the Hub lie in the folder", () => {
  const { npm_config_cache: npm, PNPM_HOME, XDG_CACHE_HOME, XDG_DATA_HOME, HF_HOME } = emptyCaches("/empty");
  for (const path of [npm, PNPM_HOME, XDG_CACHE_HOME, XDG_DATA_HOME, HF_HOME]) {
    expect(path).toMatch(/^\/empty\//);
  }
});

test("prints times as a table", () => {
  const table = newcomerTable([
    { path: "a first text", seconds: 24.4 },
    { path: "green tests", seconds: 119.6 },
  ]);
  expect(table.split("\n").slice(2)).toEqual(["| a first text | 24 s |", "| green tests | 2 min 0 s |"]);
});
