import { createHash } from "node:crypto";
import { readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { tinyModelFolder } from "./index.ts";

const models = ["student", "teacher", "judge"] as const;

test.each(models)("the folder of the %s holds a model in the Hub's layout", (model) => {
  const files = ["config.json", "model.safetensors", "tokenizer.json"];
  // The judge reads: it has nothing to recommend to who draws from it, and no page loads it.
  if (model !== "judge") files.push("files.json", "generation_config.json");
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

test.each(["student", "teacher"] as const)(
  "the list of the %s's files, by which pages check what they fetch, is that of its files",
  async (model) => {
    const folder = tinyModelFolder(model);
    const found = readdirSync(folder).filter((path) => path !== "files.json");
    const files = found.toSorted().map((path) => {
      const bytes = readFileSync(join(folder, path));
      return { path, size: bytes.length, sha256: createHash("sha256").update(bytes).digest("hex") };
    });
    // After a change: npm test -- packages/tiny --update
    await expect(`${JSON.stringify({ files }, undefined, 2)}\n`).toMatchFileSnapshot(
      join(folder, "files.json"),
    );
  },
);
