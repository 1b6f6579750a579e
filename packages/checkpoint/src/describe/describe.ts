import { SdttError } from "@sdtt/core";
import { headOf, modelParameters, tokenCount, trainedWithBos } from "@sdtt/models";
import type { ModelDescription, ModelFamily } from "@sdtt/models";
import { listed } from "../names-in-messages.ts";
import type { StoredTensor } from "../tensor-file.ts";
import { canonicalNames } from "./canonical-names.ts";
import { isNoiseBound, withoutCompanions } from "./companions.ts";
import type { ModelClaims } from "./config/model-claims.ts";
import { assertMaskedProcess } from "./config/other-process.ts";
import { assertPlainConfig } from "./config/plain-config.ts";
import { readConfig } from "./config/read-config.ts";
import { assertOwnArchitecture, isCausalTransformer } from "./foreign-architecture.ts";
import { gpt2Prefix, isGpt2, readGpt2Sizes, withoutGpt2Buffers } from "./gpt2-tensors.ts";
import { matchParameters } from "./match-parameters.ts";
import { readModelSizes, rotaryBuffer } from "./model-sizes.ts";
import { causalDitSizes, ditSizes, gpt2Sizes, settleSizes } from "./settle-sizes.ts";
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
  /** The tokenizer that the config names, or `gpt2` if the vocabulary is as large as GPT-2's. */
  readonly tokenizerName?: string | undefined;
}

/** What the published models were trained on. No tensor shows it, and without a config nothing else does. */
const publishedLength = 1024;

/** GPT-2's, without a mask. */
const gpt2VocabSize = 50257;

/**
 * Tells what model a checkpoint holds. The sizes are read from the tensors and the config only confirms them; what
 * tensors cannot show (the family, whether the noise level is an input, the training length) comes from the config.
 * Without one, a checkpoint with the `backbone.` prefix is taken for an MDLM, which an SDTT student is as well.
 *
 * @throws SdttError `checkpoint`, with everything that is wrong in one line, if the tensors are not those of a DiT of
 *   the family or contradict the config, or if the config says another process; `format` if the config is none that we
 *   know, or what it says of the model is no plain data.
 */
export function describeCheckpoint(options: DescribeCheckpointOptions): DescribedCheckpoint {
  const { config, path = "The checkpoint", configPath = "its config" } = options;
  if (config !== undefined) {
    assertPlainConfig(config, configPath);
    assertMaskedProcess(config, configPath);
  }
  const names = withoutCompanions(options.tensors.keys()).filter(
    (name) => config === undefined || !isNoiseBound(name),
  );
  const tensors = new Map(names.map((name) => [name, options.tensors.get(name)!]));
  const claims = () => (config === undefined ? undefined : readConfig(config, configPath));
  const about = { tensors, path, configPath };
  if (isGpt2(names)) return describeGpt2({ ...about, claims: claims() });
  const mayBeCausal = isCausalTransformer(names);
  if (!mayBeCausal) assertOwnArchitecture(names, path);
  const claimed = claims();
  if (mayBeCausal && claimed?.family !== "ar") assertOwnArchitecture(names, path);
  return describeDit({ ...about, claims: claimed });
}

interface Claimed extends Required<Pick<DescribeCheckpointOptions, "tensors">> {
  readonly claims: ModelClaims | undefined;
  readonly path: string;
  readonly configPath: string;
}

/** A DiT, or its blocks without the conditioning. */
function describeDit({ tensors, claims, path, configPath }: Claimed): DescribedCheckpoint {
  const { stored, clashes, hasBackbone } = canonicalNames(tensors.keys());
  const byName = new Map(Array.from(stored, ([name, storedName]) => [name, tensors.get(storedName)!]));
  const architecture = claims?.family === "ar" ? causalDitSizes : ditSizes;
  const shown = readModelSizes(byName);
  const { sizes, problems } = settleSizes({ shown, claims, configPath, architecture });
  const family = claims?.family ?? (hasBackbone ? "mdlm" : undefined);
  if (!family) problems.push("no config.json beside it tells whether it is an MDLM or a SEDD");
  if (family === "gpt2") problems.push(`${configPath} describes a GPT-2, which these tensors are not`);
  const model = sizes && family && family !== "gpt2" ? modelOf(family, sizes, claims) : undefined;
  return concluded({ stored, byName, clashes, problems, model, claims, path });
}

function describeGpt2({ tensors, claims, path, configPath }: Claimed): DescribedCheckpoint {
  const { stored: all, clashes } = canonicalNames(tensors.keys(), gpt2Prefix);
  const stored = withoutGpt2Buffers(all);
  const byName = new Map(Array.from(stored, ([name, storedName]) => [name, tensors.get(storedName)!]));
  const shown = readGpt2Sizes(byName);
  const { sizes, problems } = settleSizes({ shown, claims, configPath, architecture: gpt2Sizes });
  if (claims && claims.family !== "gpt2") {
    problems.push(`its tensors are those of a GPT-2, and ${configPath} describes another model`);
  }
  const model = sizes && ({ family: "gpt2", config: { ...sizes, length: sizes.length! } } as const);
  return concluded({ stored, byName, clashes, problems, model, claims, path });
}

/** The description, if nothing is wrong. */
function concluded(found: {
  readonly stored: ReadonlyMap<string, string>;
  readonly byName: ReadonlyMap<string, Pick<StoredTensor, "dtype" | "shape">>;
  readonly clashes: readonly string[];
  readonly problems: readonly string[];
  readonly model: ModelDescription | undefined;
  readonly claims: ModelClaims | undefined;
  readonly path: string;
}): DescribedCheckpoint {
  const { stored, byName, clashes, model, claims, path } = found;
  const problems = [...found.problems];
  if (clashes.length > 0) problems.push(`${clashes.length} stored twice (${listed(clashes)})`);
  if (model) problems.push(...matchParameters(byName, model));
  if (problems.length > 0 || !model) {
    throw new SdttError("checkpoint", `${path} cannot be run: ${problems.join("; ")}.`);
  }
  return {
    description: model,
    parameters: new Map(modelParameters(model).map(({ name }) => [name, stored.get(name)!])),
    rotaryFrequencies: stored.get(rotaryBuffer),
    tokenizerName: claims?.tokenizerName ?? (hasGpt2Vocabulary(model) ? "gpt2" : undefined),
  };
}

/** Whether the ids are GPT-2's, by their number. */
function hasGpt2Vocabulary(model: ModelDescription): boolean {
  return tokenCount(headOf(model)) === gpt2VocabSize;
}

function modelOf(
  family: Exclude<ModelFamily, "gpt2">,
  { conditionSize, noiseSize, ...sizes }: SettledSizes,
  claims: ModelClaims | undefined,
): ModelDescription {
  const config = { ...sizes, length: claims?.length?.value ?? publishedLength };
  if (family === "ar") return { family, config };
  const timeConditioning = claims?.timeConditioning ?? false;
  const noise = noiseSize === undefined ? {} : { noiseSize };
  const model = { family, config: { ...config, conditionSize: conditionSize!, timeConditioning, ...noise } };
  const bos = claims?.bos;
  return bos === undefined || bos === trainedWithBos(model) ? model : { ...model, bos };
}
