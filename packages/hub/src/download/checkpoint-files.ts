const besides = new Set(["config.json", "generation_config.json", "tokenizer.json"]);

/**
 * Chooses what a model is loaded from among the files of a repository: its weights, as safetensors where there are such,
 * with their index and shards; its config, its tokenizer and its sampling defaults. Nothing if there are no weights.
 */
export function selectCheckpointFiles(paths: readonly string[]): string[] {
  const safetensors = paths.filter((path) => /^model(-\d+-of-\d+)?\.safetensors(\.index\.json)?$/.test(path));
  const torch = paths.filter((path) => /^pytorch_model(-\d+-of-\d+)?\.bin(\.index\.json)?$/.test(path));
  const weights = safetensors.length > 0 ? safetensors : torch;
  if (weights.length === 0) return [];
  return [...paths.filter((path) => besides.has(path)), ...weights];
}
