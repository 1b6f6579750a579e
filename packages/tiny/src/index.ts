import { fileURLToPath } from "node:url";

/** The bundled models: the best student, the teacher that it was distilled from, and an autoregressive judge of texts. */
export type TinyModel = "student" | "teacher" | "judge";

/**
 * The folder of a bundled model, in the Hub's layout: `config.json`, `model.safetensors`, `tokenizer.json`. Open it as
 * any other checkpoint.
 */
export function tinyModelFolder(model: TinyModel): string {
  return fileURLToPath(new URL(`../models/${model}/`, import.meta.url));
}
