import { SdttError } from "@sdtt/core";
import { modelParameters, trainedWithBos } from "@sdtt/models";
import type { ModelDescription, ModelFamily } from "@sdtt/models";
import { listed } from "../names-in-messages.ts";
import type { StoredTensor } from "../tensor-file.ts";
import { canonicalNames } from "./canonical-names.ts";
import type { ModelClaims } from "./config/model-claims.ts";
import { readConfig } from "./config/read-config.ts";
import { assertOwnArchitecture, isCausalTransformer } from "./foreign-architecture.ts";
import { matchParameters } from "./match-parameters.ts";
import { readModelSizes, rotaryBuffer } from "./model-sizes.ts";
import { settleSizes } from "./settle-sizes.ts";
import type { SettledSizes } from "./settle-sizes.ts";

export interface DescribeCheckpointOptions {
  /** Every tensor of the checkpoint by the name it is stored under. */
  readonly tensors: ReadonlyMap<string, Pick<StoredTensor, "dtype" | "shape">>;
  /** The content of its config, if it has one. */
  readonly config?: unknown;
  /** Where the checkpoint lies, for messages. */
  readonly path?: string | undefined;
  /** Where the config lies, for messages. */
  readonly configPath?: string | undefined;
}

/** The model that the tensors of a checkpoint make up. */
export interface DescribedCheckpoint {
  readonly description: ModelDescription;
  /** The stored name of every parameter by the name that `modelParameters` gives it, in that order. */
  readonly parameters: ReadonlyMap<string, string>;
  /** The stored name of the rotary frequencies, `[headSize / 2]`, if they were saved. */
  readonly rotaryFrequencies?: string | undefined;
  /** The tokenizer that the config names, or `gpt2` if the vocabulary is GPT-2's and a mask. */
  readonly tokenizerName?: string | undefined;
}

/** What the published models were trained on. No tensor shows it, and without a config nothing else does. */
const publishedLength = 1024;

/** GPT-2's vocabulary and the mask. */
const gpt2VocabSize = 50258;

/**
 * Tells what model a checkpoint holds. The sizes are read from the tensors and the config only confirms them; what
 * tensors cannot show (the family, whether the noise level is an input, the training length) comes from the config.
 * Without one, a checkpoint with the `backbone.` prefix is taken for an MDLM, which an SDTT student is as well.
 *
 * @throws SdttError `checkpoint`, with everything that is wrong in one line, if the tensors are not those of a DiT of
 *   the family or contradict the config; `format` if the config is none that we know.
 */
export function describeCheckpoint(options: DescribeCheckpointOptions): DescribedCheckpoint {
  const { tensors, config, path = "The checkpoint", configPath = "its config" } = options;
  const names = [...tensors.keys()];
  const mayBeCausal = isCausalTransformer(names);
  if (!mayBeCausal) assertOwnArchitecture(names, path);
  const claims = config === undefined ? undefined : readConfig(config, configPath);
  const conditioned = claims?.family !== "ar";
  if (mayBeCausal && conditioned) assertOwnArchitecture(names, path);
  const { stored, clashes, hasBackbone } = canonicalNames(tensors.keys());
  const byName = new Map(Array.from(stored, ([name, storedName]) => [name, tensors.get(storedName)!]));

  const { sizes, problems } = settleSizes({ shown: readModelSizes(byName), claims, configPath, conditioned });
  const family = claims?.family ?? (hasBackbone ? "mdlm" : undefined);
  if (!family) problems.push("no config.json beside it tells whether it is an MDLM or a SEDD");
  if (clashes.length > 0) problems.push(`${clashes.length} stored twice (${listed(clashes)})`);
  const model = sizes && family && describe(family, sizes, claims);
  if (model) problems.push(...matchParameters(byName, model));
  if (problems.length > 0 || !model) {
    throw new SdttError("checkpoint", `${path} cannot be run: ${problems.join("; ")}.`);
  }
  return {
    description: model,
    parameters: new Map(modelParameters(model).map(({ name }) => [name, stored.get(name)!])),
    rotaryFrequencies: stored.get(rotaryBuffer),
    tokenizerName: claims?.tokenizerName ?? (model.config.vocabSize === gpt2VocabSize ? "gpt2" : undefined),
  };
}

function describe(
  family: ModelFamily,
  { conditionSize, ...sizes }: SettledSizes,
  claims: ModelClaims | undefined,
): ModelDescription {
  const config = { ...sizes, length: claims?.length?.value ?? publishedLength };
  if (family === "ar") return { family, config };
  const timeConditioning = claims?.timeConditioning ?? false;
  const model = { family, config: { ...config, conditionSize: conditionSize!, timeConditioning } };
  const bos = claims?.bos;
  return bos === undefined || bos === trainedWithBos(model) ? model : { ...model, bos };
}
