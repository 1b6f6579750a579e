import { SdttError } from "@sdtt/core";

const besides = ["config.json", "tokenizer.json"];

/**
 * The files of a repository that make up its model: config, tokenizer, and one set of weights; safetensors before torch
 * files, one file before shards.
 *
 * @throws SdttError `not-found` if there are no weights that can be read.
 */
export function modelFiles(paths: readonly string[], where: string): string[] {
  const weights = weightFiles(paths);
  if (weights.length === 0) {
    const shown = paths.slice(0, 10).join(", ") || "nothing";
    throw new SdttError(
      "not-found",
      `${where} holds no model.safetensors, pytorch_model.bin or .ckpt; it holds ${shown}. Is it a model of this family?`,
    );
  }
  return [...besides.filter((path) => paths.includes(path)), ...weights];
}

function weightFiles(paths: readonly string[]): readonly string[] {
  const has = (path: string) => paths.includes(path);
  if (has("model.safetensors")) return ["model.safetensors"];
  if (has("model.safetensors.index.json")) {
    return paths.filter(
      (path) => path === "model.safetensors.index.json" || /^model-\d+-of-\d+\.safetensors$/.test(path),
    );
  }
  if (has("pytorch_model.bin")) return ["pytorch_model.bin"];
  return paths.filter((path) => /^[^/]+\.(safetensors|ckpt|pt|pth)$/.test(path)).slice(0, 1);
}
