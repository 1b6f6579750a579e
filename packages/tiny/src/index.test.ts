import { createHash } from "node:crypto";
import { readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { tinyModelFolder } from "./index.ts";

const models = ["student", "teacher", "judge"] as const;

test.each(models)("the folder of the %s holds a model in the Hub's layout", (model) => {
  const files = ["config.json", "files.json", "model.safetensors", "tokenizer.json"];
  // The judge reads; it has nothing to recommend to who draws from it.
  if (model !== "judge") files.push("generation_config.json");
  expect(readdirSync(tinyModelFolder(model)).toSorted()).toEqual(files.toSorted());
});

test("all of them share one tokenizer and are small enough to be installed without a thought", () => {
  const [tokenizer, ...others] = models.map((model) =>
    readFileSync(join(tinyModelFolder(model), "tokenizer.json"), "utf8"),
  );
  for (const other of others) expect(other).toBe(tokenizer);
  const bytes = models.map((model) => statSync(join(tinyModelFolder(model), "model.safetensors")).size);
  expect(bytes.reduce((sum, size) => sum + size)).toBeLessThan(25e6);
});

test.each(models)(
  "the list of the %s's files, by which pages check what they fetch, is that of its files",
  (model) => {
    const read = (path: string) => readFileSync(join(tinyModelFolder(model), path));
    const { files } = JSON.parse(read("files.json").toString()) as { files: { path: string }[] };
    const found = readdirSync(tinyModelFolder(model)).filter((path) => path !== "files.json");
    const expected = found.map((path) => ({
      path,
      size: read(path).length,
      sha256: createHash("sha256").update(read(path)).digest("hex"),
    }));
    // After a change: node tooling/tiny/src/list-files.ts packages/tiny/models/*
    expect(files).toEqual(expected);
  },
);
