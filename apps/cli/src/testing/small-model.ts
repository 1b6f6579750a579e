import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { createStream, elementCount, tensor } from "@sdtt/core";
import { modelConfig, writeSafetensors } from "@sdtt/hub";
import { modelParameters } from "@sdtt/models";
import type { CausalConfig, ModelDescription } from "@sdtt/models";
import { trainBytePairEncoding } from "@sdtt/tokenizer";

export interface SmallModelOptions {
  /** A diffusion model, or an autoregressive one with the same ids. `sdtt` unless given. */
  readonly family?: "sdtt" | "ar" | "gpt2";
  /** Of the weights. */
  readonly seed?: number;
  /** Tokens besides the bytes and the end of a text; none unless given. */
  readonly merges?: number;
}

/**
 * Writes a model of bytes with random weights, 40 thousand of them, into a folder in the Hub's layout: it writes nonsense,
 * but it writes. Gives its files for a hub to hold.
 */
export async function writeSmallModel(
  folder: string,
  options: SmallModelOptions = {},
): Promise<Record<string, Uint8Array>> {
  const { family = "sdtt", seed = 1, merges = 0 } = options;
  const tokens = 257 + merges;
  const vocabSize = family === "gpt2" ? tokens : tokens + 1;
  const sizes: CausalConfig = { vocabSize, hiddenSize: 32, blockCount: 1, headCount: 2, length: 16 };
  const description: ModelDescription =
    family === "sdtt"
      ? { family, config: { ...sizes, conditionSize: 16, timeConditioning: false } }
      : { family, config: sizes };
  const prefix = family === "gpt2" ? "" : "backbone.";
  const stream = createStream(seed);
  const tensors = modelParameters(description).map(({ name, shape }, i) => {
    const values = Float32Array.from({ length: elementCount(shape) }, (_, j) =>
      /norm|ln_\w\.weight/.test(name) ? 1 : (stream.uniform(100_000 * i + j) - 0.5) / 4,
    );
    const read = async () => tensor("float32", shape, values);
    return [prefix + name, { dtype: "float32", shape, read }] as const;
  });
  await writeSafetensors({ path: join(folder, "model.safetensors"), tensors: new Map(tensors) });
  const json = {
    "config.json": modelConfig({ description }),
    "tokenizer.json": await trainBytePairEncoding({
      texts: merges > 0 ? ["abcdefgh ".repeat(9)] : [],
      vocabSize: tokens,
    }),
  };
  for (const [name, content] of Object.entries(json)) {
    await writeFile(join(folder, name), JSON.stringify(content));
  }
  const names = [...Object.keys(json), "model.safetensors"];
  return Object.fromEntries(
    await Promise.all(names.map(async (name) => [name, await readFile(join(folder, name))] as const)),
  );
}
