import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { createStream, elementCount, tensor } from "@sdtt/core";
import { writeSafetensors } from "@sdtt/hub";
import { ditParameters } from "@sdtt/models";
import type { DitConfig } from "@sdtt/models";
import { trainBytePairEncoding } from "@sdtt/tokenizer";

/** A model of bytes with random weights, 40 thousand of them: it writes nonsense, but it writes. */
const config: DitConfig = {
  vocabSize: 258,
  hiddenSize: 32,
  blockCount: 1,
  headCount: 2,
  conditionSize: 16,
  length: 16,
  timeConditioning: false,
};

/** Writes it into a folder in the Hub's layout; gives its files for a hub to hold. */
export async function writeSmallModel(folder: string): Promise<Record<string, Uint8Array>> {
  const { hiddenSize, blockCount, headCount, conditionSize, length } = config;
  const stream = createStream(1);
  const tensors = ditParameters(config).map(({ name, shape }, i) => {
    const values = Float32Array.from({ length: elementCount(shape) }, (_, j) =>
      name.includes("norm") ? 1 : (stream.uniform(100_000 * i + j) - 0.5) / 4,
    );
    const read = async () => tensor("float32", shape, values);
    return [`backbone.${name}`, { dtype: "float32", shape, read }] as const;
  });
  await writeSafetensors({ path: join(folder, "model.safetensors"), tensors: new Map(tensors) });
  const json = {
    "config.json": {
      parameterization: { name: "multi-round-sdtt" },
      model: {
        hidden_size: hiddenSize,
        n_blocks: blockCount,
        n_heads: headCount,
        cond_dim: conditionSize,
        length,
      },
    },
    // No text, no merges: the bytes and the end of a text.
    "tokenizer.json": await trainBytePairEncoding({ texts: [], vocabSize: config.vocabSize - 1 }),
  };
  for (const [name, content] of Object.entries(json)) {
    await writeFile(join(folder, name), JSON.stringify(content));
  }
  const names = [...Object.keys(json), "model.safetensors"];
  return Object.fromEntries(
    await Promise.all(names.map(async (name) => [name, await readFile(join(folder, name))] as const)),
  );
}
