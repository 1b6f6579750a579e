import { expect, test } from "vitest";
import { findMachinePath } from "./machine-paths.ts";

test.each([
  ['{ "source": "/home/ada/runs/last.ckpt" }', "/home/ada/runs/last.ckpt"],
  ["Made of /Users/ada/model.", "/Users/ada/model"],
  ["data=/mnt/disk/prose.txt,", "/mnt/disk/prose.txt"],
  ['"C:\\\\Users\\\\ada\\\\model"', "C:\\\\Users\\\\ada\\\\model"],
  ["from /srv/models/x and more", "/srv/models/x"],
])("%s names a path", (text, path) => {
  expect(findMachinePath(text)).toBe(path);
});

test.each([
  "See https://huggingface.co/home/ada/x and hf:org/name@main.",
  "Either/or, 3/4, ./runs/x, ../data/y, sdtt:kld/7, a /v1/completions endpoint, `</s>`.",
  '{ "a": "Ġ/home", "b": "//" }',
])("%s names none", (text) => {
  expect(findMachinePath(text, [])).toBeUndefined();
});

test("a directory of this machine counts whatever it is called", () => {
  expect(findMachinePath("in /odd/place/model", ["odd"])).toBe("/odd/place/model");
});
