import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { createStream, elementCount, tensor } from "@sdtt/core";
import { modelConfig, writeSafetensors } from "@sdtt/hub";
import { modelParameters } from "@sdtt/models";
import type { CausalConfig, ModelDescription } from "@sdtt/models";
import { trainBytePairEncoding } from "@sdtt/tokenizer";

export interface SmallModelOptions {
  /** A diffusion model, or an autoregressive one with the same ids. `sdtt` unless given. */
  readonly family?: "sdtt" | "ar";
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
  const vocabSize = 258 + merges;
  const sizes: CausalConfig = { vocabSize, hiddenSize: 32, blockCount: 1, headCount: 2, length: 16 };
  const description: ModelDescription =
    family === "ar"
      ? { family, config: sizes }
      : { family, config: { ...sizes, conditionSize: 16, timeConditioning: false } };
  const stream = createStream(seed);
  const tensors = modelParameters(description).map(({ name, shape }, i) => {
    const values = Float32Array.from({ length: elementCount(shape) }, (_, j) =>
      name.includes("norm") ? 1 : (stream.uniform(100_000 * i + j) - 0.5) / 4,
    );
    const read = async () => tensor("float32", shape, values);
    return [`backbone.${name}`, { dtype: "float32", shape, read }] as const;
  });
  await writeSafetensors({ path: join(folder, "model.safetensors"), tensors: new Map(tensors) });
  const json = {
    "config.json": modelConfig({ description }),
    "tokenizer.json": await trainBytePairEncoding({
      texts: merges > 0 ? ["abcdefgh ".repeat(9)] : [],
      vocabSize: vocabSize - 1,
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
