import { readdir, stat } from "node:fs/promises";
import { dirname, join } from "node:path";
import { listed } from "@sdtt/checkpoint";
import type { WeightSet } from "@sdtt/checkpoint";
import { SdttError } from "@sdtt/core";
import { fileError } from "../file-error.ts";

/** The files of a checkpoint, found but not opened. */
export interface CheckpointPaths {
  /** The file of tensors, or the index of several. */
  readonly model: string;
  readonly config?: string | undefined;
  readonly tokenizer?: string | undefined;
  readonly generationConfig?: string | undefined;
  /** Whether the weights are the wanted set because a file was chosen: then the file itself holds but one. */
  readonly isChosen: boolean;
}

/** The files of a model in training that keeps its two sets of weights side by side, each a model of its own. */
export const weightSetFiles: Readonly<Record<WeightSet, string>> = {
  ema: "model.safetensors",
  raw: "raw.safetensors",
};

/** What a directory's model is called, the better one first. */
const modelNames = [
  "model.safetensors",
  "model.safetensors.index.json",
  "pytorch_model.bin",
  "pytorch_model.bin.index.json",
] as const;

/**
 * Finds the files of a checkpoint: in a directory laid out like a repository of the Hub, or beside a file of tensors.
 *
 * @throws SdttError `not-found` if nothing is there, or a directory without a model.
 */
export async function locateCheckpoint(path: string, weightSet?: WeightSet): Promise<CheckpointPaths> {
  const isDirectory = await stat(path).then(
    (stats) => stats.isDirectory(),
    (cause: unknown) => {
      throw fileError(path, "opened", cause);
    },
  );
  const directory = isDirectory ? path : dirname(path);
  const names = await readdir(directory).catch((cause: unknown) => {
    throw fileError(directory, "read", cause);
  });
  const within = (name: string): string | undefined =>
    names.includes(name) ? join(directory, name) : undefined;
  const isChosen = isDirectory && Object.values(weightSetFiles).every((name) => names.includes(name));
  const wanted = isChosen ? [weightSetFiles[weightSet ?? "ema"]] : modelNames;
  const model = isDirectory ? wanted.map(within).find((found) => found !== undefined) : path;
  if (model === undefined) {
    throw new SdttError(
      "not-found",
      `The directory ${path} holds no model: none of ${modelNames.join(", ")}. It holds ${names.length > 0 ? listed(names.toSorted()) : "nothing"}. To open a file of another name, give its path.`,
    );
  }
  return {
    model,
    config: within("config.json"),
    tokenizer: within("tokenizer.json"),
    generationConfig: within("generation_config.json"),
    isChosen,
  };
}
