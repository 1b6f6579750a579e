import { readdirSync } from "node:fs";
import { expect, test } from "vitest";
import { tinyModelFolder } from "./index.ts";

test("the folder holds a model in the Hub's layout", () => {
  expect(readdirSync(tinyModelFolder).sort()).toEqual(["config.json", "model.safetensors", "tokenizer.json"]);
});
