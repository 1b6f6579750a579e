import { expect, test } from "vitest";
import { selectCheckpointFiles } from "./checkpoint-files.ts";

test.each([
  [
    ["README.md", "config.json", "model.safetensors", "pytorch_model.bin", "tokenizer.json", "vocab.json"],
    ["config.json", "tokenizer.json", "model.safetensors"],
  ],
  [
    ["model-00001-of-00002.safetensors", "model-00002-of-00002.safetensors", "model.safetensors.index.json"],
    ["model-00001-of-00002.safetensors", "model-00002-of-00002.safetensors", "model.safetensors.index.json"],
  ],
  [
    ["config.json", "generation_config.json", "optimizer.bin", "pytorch_model.bin"],
    ["config.json", "generation_config.json", "pytorch_model.bin"],
  ],
  [["config.json", "sub/model.safetensors"], []],
])("of %j a model needs %j", (paths, expected) => {
  expect(selectCheckpointFiles(paths)).toEqual(expected);
});
