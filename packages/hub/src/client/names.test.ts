import { isRepositoryName, isRevisionName } from "@sdtt/checkpoint";
import { expect, test } from "vitest";
import { isSafeFilePath } from "./names.ts";

test("names of repositories become single folders", () => {
  const good = ["gpt2", "jdeschena/sdtt", "a/b.c_d-e", "0x/1"];
  expect(good.filter(isRepositoryName)).toEqual(good);
  const bad = ["", "a/b/c", "a--b/c", "../b", "a/..", "a/.b", "a b/c", "a/", "/a", "a\\b", "a/b-"];
  expect(bad.filter(isRepositoryName)).toEqual([]);
});

test("names of revisions become paths below refs", () => {
  const good = ["main", "baselines_kld_step_70000", "refs/pr/1", "v1.0", "feature/x-y", "0123456789abcdef"];
  expect(good.filter(isRevisionName)).toEqual(good);
  const bad = [
    "",
    "..",
    "a/../b",
    "/a",
    "a/",
    "a//b",
    ".a",
    "a/.b",
    "a.",
    "a b",
    "a:b",
    "a\\b",
    "-a",
    "a@{1}",
    "a\n",
  ];
  expect(bad.filter(isRevisionName)).toEqual([]);
});

test("paths of files stay inside their folder on every system", () => {
  const good = ["config.json", "a/b/c.txt", "a b", "..a", "é"];
  expect(good.filter(isSafeFilePath)).toEqual(good);
  const bad = ["", "/a", "a/../b", "..", "a//b", "./a", "a\\b", "C:x", "a\0b", "x".repeat(1025)];
  expect(bad.filter(isSafeFilePath)).toEqual([]);
});
