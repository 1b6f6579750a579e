import { expect, test } from "vitest";
import { formatDatasetReference, isDatasetReference, parseDatasetReference } from "./dataset-reference.ts";

test.each([
  ["hf:Skylion007/openwebtext", { repo: "Skylion007/openwebtext" }],
  ["hf:ag_news", { repo: "ag_news" }],
  ["hf:org/name:test", { repo: "org/name", split: "test" }],
  ["hf:org/name/a-config.v1", { repo: "org/name", config: "a-config.v1" }],
  ["hf:org/name:train[:-100000]", { repo: "org/name", split: "train", slice: { end: -100_000 } }],
  ["hf:org/name[-100000:]", { repo: "org/name", slice: { start: -100_000 } }],
  ["hf:org/name@refs/pr/1", { repo: "org/name", revision: "refs/pr/1" }],
  [
    "hf:org/name/en:validation[5:10]@v1.0",
    { repo: "org/name", config: "en", split: "validation", slice: { start: 5, end: 10 }, revision: "v1.0" },
  ],
])("%s", (text, reference) => {
  expect(parseDatasetReference(text)).toEqual(reference);
  expect(formatDatasetReference(reference)).toBe(text);
});

test.each([
  "hf:",
  "hf:a/b/c/d",
  "hf:../up",
  "hf:org/name:",
  "hf:org/name@",
  "hf:org/name@a..b",
  "hf:org/name[5]",
  "hf:org/name[a:b]",
  "hf:org/name[-:3]",
  "hf:org/name[:99999999999999999999]",
  "hf:org/name@main:train",
])("%s is refused and the form is shown", (text) => {
  expect(() => parseDatasetReference(text)).toThrow(
    /names no dataset\. Write hf:organisation\/name, .* for example hf:/,
  );
});

test("paths are no datasets", () => {
  expect(["./hf:a", "a.txt", "org/name", "/data/*.parquet"].map(isDatasetReference)).toEqual([
    false,
    false,
    false,
    false,
  ]);
});
