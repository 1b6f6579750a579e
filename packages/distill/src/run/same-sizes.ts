import { SdttError } from "@sdtt/core";
import type { ModelDescription, ModelFamily } from "@sdtt/models";

/** A model, and what it is called in a message. */
export interface NamedModel {
  readonly name: string;
  readonly description: ModelDescription;
}

/**
 * Throws `usage` with every difference between two models of which one is to take the weights of the other. Their lengths may
 * differ, their noise inputs, and what kind of denoiser they are.
 *
 * @param why - a sentence.
 */
export function assertSameSizes(first: NamedModel, second: NamedModel, why: string): void {
  reportDifferences(first, second, why, ({ family, config }) => ({
    kind: kinds[family],
    ...config,
    length: "any",
    noiseSize: "any",
  }));
}

const kinds: Readonly<Record<ModelFamily, string>> = {
  sdtt: "masked diffusion",
  mdlm: "masked diffusion",
  sedd: "masked diffusion",
  ar: "autoregressive",
  gpt2: "GPT-2",
};

/** The same of what all kinds have: the blocks and the vocabulary. */
export function assertSameBlocks(first: NamedModel, second: NamedModel, why: string): void {
  reportDifferences(first, second, why, ({ config }) => {
    const { vocabSize, hiddenSize, blockCount, headCount } = config;
    return { vocabSize, hiddenSize, blockCount, headCount };
  });
}

function reportDifferences(
  first: NamedModel,
  second: NamedModel,
  why: string,
  sizesOf: (model: ModelDescription) => Readonly<Record<string, string | number | boolean>>,
): void {
  const [ours, theirs] = [sizesOf(first.description), sizesOf(second.description)];
  const differences = [...new Set([...Object.keys(ours), ...Object.keys(theirs)])]
    .filter((name) => ours[name] !== theirs[name])
    .map((name) => `${name} is ${ours[name]} in ${first.name} and ${theirs[name]} in ${second.name}`);
  if (differences.length === 0) return;
  throw new SdttError(
    "usage",
    `${capitalized(first.name)} and ${second.name} differ: ${differences.join("; ")}. ${why}`,
  );
}

function capitalized(text: string): string {
  return text[0]!.toUpperCase() + text.slice(1);
}
