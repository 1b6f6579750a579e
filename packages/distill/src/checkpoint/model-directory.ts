import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { modelConfig, weightSetFiles } from "@sdtt/hub";
import type { Checkpoint } from "@sdtt/hub";
import type { ModelDescription } from "@sdtt/models";
import type { ResidentTensor } from "@sdtt/runtime";
import type { FlatLayout } from "../state/flat-layout.ts";
import { writeParameters } from "./parameter-file.ts";

/** What goes with weights to make a model of them. */
export interface ModelIdentity {
  readonly description: ModelDescription;
  /** A `tokenizer.json` to copy, or the name of the tokenizer. */
  readonly tokenizer?: Checkpoint["tokenizer"];
}

/** The file names of a model in training. */
export const modelFiles: Readonly<Record<"average" | "weights", string>> = {
  /** The moving average: the weights that the original samples with, under the name that every loader opens. */
  average: weightSetFiles.ema,
  /** The weights as the optimizer left them. */
  weights: weightSetFiles.raw,
};

/**
 * Writes a model in the Hub's layout. Its `model.safetensors` is the moving average; the weights as trained lie beside it
 * in `raw.safetensors`, which opens as a model too.
 */
export async function writeModel(options: {
  directory: string;
  identity: ModelIdentity;
  layout: FlatLayout;
  arrays: Readonly<Partial<Record<keyof typeof modelFiles, ResidentTensor>>>;
}): Promise<void> {
  const { directory, identity, layout, arrays } = options;
  for (const name of ["average", "weights"] as const) {
    const flat = arrays[name];
    const path = join(directory, modelFiles[name]);
    if (flat) await writeParameters({ path, layout, flat, rotary: identity.description.config });
  }
  const { description, tokenizer } = identity;
  const tokenizerName = tokenizer && ("path" in tokenizer ? "./tokenizer.json" : tokenizer.name);
  const config = `${JSON.stringify(modelConfig({ description, tokenizerName }), undefined, 2)}\n`;
  await writeFile(join(directory, "config.json"), config, { flush: true });
  if (tokenizer && "path" in tokenizer) {
    const bytes = await readFile(tokenizer.path);
    await writeFile(join(directory, "tokenizer.json"), bytes, { flush: true });
  }
}
