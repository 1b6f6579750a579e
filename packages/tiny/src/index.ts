import { fileURLToPath } from "node:url";

/**
 * The folder of the bundled model, in the Hub's layout: `config.json`, `model.safetensors`, `tokenizer.json`. Open it as
 * any other checkpoint.
 */
export const tinyModelFolder: string = fileURLToPath(new URL("../model/", import.meta.url));
