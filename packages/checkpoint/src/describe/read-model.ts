import { scaleName } from "@sdtt/models";
import type { ModelDescription, StoredNumbers, Weight, Weights } from "@sdtt/models";
import type { TensorFile } from "../tensor-file.ts";
import { describeCheckpoint } from "./describe.ts";
import type { DescribeCheckpointOptions } from "./describe.ts";
import { assertRotaryFrequencies } from "./rotary.ts";

/** The tensors of a checkpoint, and what is said beside them. */
export interface ReadModelOptions extends Omit<DescribeCheckpointOptions, "tensors"> {
  readonly tensors: TensorFile;
  readonly signal?: AbortSignal | undefined;
}

/** What a model is, and its weights. */
export interface StoredModel<Description extends ModelDescription = ModelDescription> {
  readonly description: Description;
  /**
   * Weights by the names of `modelParameters`, of the type they are stored in. Those that lie as a runtime maps them are
   * locations; the others were read.
   */
  readonly weights: Weights;
  /** The tokenizer that the config names, or `gpt2` if the vocabulary is as large as GPT-2's. */
  readonly tokenizerName?: string | undefined;
}

/**
 * Tells what model a file of tensors holds, and gives its weights. Only what cannot be mapped is read.
 *
 * @throws SdttError as `describeCheckpoint`; `checkpoint` for rotary frequencies of another base; `aborted`.
 */
export async function readModel({
  tensors: file,
  path = "The checkpoint",
  signal,
  ...about
}: ReadModelOptions): Promise<StoredModel> {
  const { description, parameters, rotaryFrequencies, tokenizerName } = describeCheckpoint({
    ...about,
    path,
    tensors: file.tensors,
  });
  if (rotaryFrequencies !== undefined) {
    assertRotaryFrequencies(await file.read(rotaryFrequencies, { signal }), path);
  }
  const weights = new Map<string, Weight>();
  const numbers = async (storedName: string): Promise<StoredNumbers> => {
    const { dtype, shape, location } = file.tensors.get(storedName)!;
    const source = location ? { location } : { tensor: await file.read(storedName, { signal }) };
    return { dtype, shape, source };
  };
  for (const [name, storedName] of parameters) {
    const weight = await numbers(storedName);
    const isScaled = weight.dtype === "int8";
    weights.set(name, isScaled ? { ...weight, scale: await numbers(scaleName(storedName)) } : weight);
  }
  return { description, weights, tokenizerName };
}
