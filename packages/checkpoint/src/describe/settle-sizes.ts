import { noiseProjection } from "@sdtt/models";
import type { ModelClaims } from "./config/model-claims.ts";
import { rotaryBuffer } from "./model-sizes.ts";
import type { ModelSizes } from "./model-sizes.ts";

/** The sizes that tensors and configs tell, all of them known. */
export interface SettledSizes {
  readonly vocabSize: number;
  readonly hiddenSize: number;
  readonly blockCount: number;
  readonly headCount: number;
  /** Of models that are conditioned. */
  readonly conditionSize?: number;
  /** Of models with a noise input. */
  readonly noiseSize?: number;
  /** Of models whose positions are learnt. */
  readonly length?: number;
}

/** What each size of an architecture is called in messages, and the tensor that shows it first. */
type SizeLabels = Partial<Readonly<Record<SizeName, readonly [label: string, shownBy: string]>>>;

type SizeName = keyof SettledSizes;

/** The sizes that an architecture has. */
export interface SizesOfArchitecture {
  readonly labels: SizeLabels;
  /** Those that a model of it may lack. */
  readonly optional?: SizeLabels;
  /** The published ones, by which the head count is known when neither tensors nor config tell it. */
  readonly published: readonly { hiddenSize: number; blockCount: number; headCount: number }[];
}

/** Of a DiT without its conditioning, as the autoregressive baseline is. */
export const causalDitSizes: SizesOfArchitecture = {
  labels: {
    vocabSize: ["the vocabulary with its mask", "vocab_embed.embedding"],
    hiddenSize: ["the hidden size", "vocab_embed.embedding"],
    blockCount: ["the number of blocks", "blocks.N"],
    headCount: ["the number of attention heads", rotaryBuffer],
  },
  published: [
    { hiddenSize: 768, blockCount: 12, headCount: 12 },
    { hiddenSize: 1024, blockCount: 24, headCount: 16 },
    { hiddenSize: 1536, blockCount: 24, headCount: 16 },
  ],
};

export const ditSizes: SizesOfArchitecture = {
  ...causalDitSizes,
  labels: {
    ...causalDitSizes.labels,
    conditionSize: ["the size of the conditioning vector", "sigma_map.mlp.0.weight"],
  },
  optional: { noiseSize: ["the size of the noise input", noiseProjection] },
};

export const gpt2Sizes: SizesOfArchitecture = {
  labels: {
    vocabSize: ["the vocabulary", "wte.weight"],
    hiddenSize: ["the hidden size", "wte.weight"],
    blockCount: ["the number of blocks", "h.N"],
    headCount: ["the number of attention heads", "n_head"],
    length: ["the number of positions", "wpe.weight"],
  },
  published: [
    { hiddenSize: 768, blockCount: 12, headCount: 12 },
    { hiddenSize: 1024, blockCount: 24, headCount: 16 },
    { hiddenSize: 1280, blockCount: 36, headCount: 20 },
    { hiddenSize: 1600, blockCount: 48, headCount: 25 },
  ],
};

/**
 * Holds the sizes that tensors show against those that the config claims. Tensors decide; a claim fills in what they do
 * not show.
 *
 * @returns the sizes, if all are known, and every contradiction and gap in words.
 */
export function settleSizes(options: {
  shown: ModelSizes;
  claims?: ModelClaims | undefined;
  configPath: string;
  architecture: SizesOfArchitecture;
}): { sizes?: SettledSizes; problems: string[] } {
  const { shown, claims, configPath, architecture } = options;
  const { labels, optional } = architecture;
  const named = { ...labels, ...optional };
  const problems: string[] = [];
  const settled: Partial<Record<SizeName, number>> = {};
  for (const size of Object.keys(named) as SizeName[]) {
    const [seen, claimed] = [shown[size], claims?.[size]];
    const value = seen?.value ?? claimed?.value;
    if (value !== undefined) settled[size] = value;
    if (seen && claimed && seen.value !== claimed.value) {
      problems.push(
        `${named[size]![0]} is ${seen.value} by ${seen.witness} but ${claimed.value} by ${claimed.key} of ${configPath}`,
      );
    }
  }
  const published = architecture.published.find(
    ({ hiddenSize, blockCount }) => hiddenSize === settled.hiddenSize && blockCount === settled.blockCount,
  );
  if (published) settled.headCount ??= published.headCount;

  const gaps = (Object.keys(labels) as SizeName[]).filter((size) => settled[size] === undefined);
  if (gaps.length > 0) {
    const unknown = gaps.map((size) => labels[size]!.join(", by "));
    return {
      problems: [...problems, `neither tensors nor a config.json beside them show ${unknown.join("; nor ")}`],
    };
  }
  const sizes = settled as SettledSizes;
  const headSize = sizes.hiddenSize / sizes.headCount;
  if (!Number.isInteger(sizes.headCount) || headSize % 2 !== 0) {
    problems.push(
      `the hidden size ${sizes.hiddenSize} does not divide into ${sizes.headCount} heads of even size`,
    );
  }
  return { sizes, problems };
}
