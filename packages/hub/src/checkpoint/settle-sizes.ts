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
}

/** The published sizes, by which the head count is known when neither tensors nor config tell it. */
const publishedHeads: readonly { hiddenSize: number; blockCount: number; headCount: number }[] = [
  { hiddenSize: 768, blockCount: 12, headCount: 12 },
  { hiddenSize: 1024, blockCount: 24, headCount: 16 },
  { hiddenSize: 1536, blockCount: 24, headCount: 16 },
];

/** What each size is called in messages, and the tensor that shows it first. */
const labels: Readonly<Record<keyof SettledSizes, readonly [label: string, shownBy: string]>> = {
  vocabSize: ["the vocabulary with its mask", "vocab_embed.embedding"],
  hiddenSize: ["the hidden size", "vocab_embed.embedding"],
  blockCount: ["the number of blocks", "blocks.N"],
  headCount: ["the number of attention heads", rotaryBuffer],
  conditionSize: ["the size of the conditioning vector", "sigma_map.mlp.0.weight"],
};

const sizeNames = Object.keys(labels) as (keyof SettledSizes)[];

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
  /** Whether the model is conditioned, as a DiT is. */
  conditioned: boolean;
}): { sizes?: SettledSizes; problems: string[] } {
  const { shown, claims, configPath, conditioned } = options;
  const wanted = sizeNames.filter((size) => conditioned || size !== "conditionSize");
  const problems: string[] = [];
  const settled: Partial<Record<keyof SettledSizes, number>> = {};
  for (const size of wanted) {
    const [seen, claimed] = [shown[size], claims?.[size]];
    const value = seen?.value ?? claimed?.value;
    if (value !== undefined) settled[size] = value;
    if (seen && claimed && seen.value !== claimed.value) {
      problems.push(
        `${labels[size][0]} is ${seen.value} by ${seen.witness} but ${claimed.value} by ${claimed.key} of ${configPath}`,
      );
    }
  }
  const published = publishedHeads.find(
    ({ hiddenSize, blockCount }) => hiddenSize === settled.hiddenSize && blockCount === settled.blockCount,
  );
  if (published) settled.headCount ??= published.headCount;

  const gaps = wanted.filter((size) => settled[size] === undefined);
  if (gaps.length > 0) {
    const named = gaps.map((size) => labels[size].join(", by "));
    return {
      problems: [...problems, `neither tensors nor a config.json beside them show ${named.join("; nor ")}`],
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
