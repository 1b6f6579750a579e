import type { ModelClaims } from "./config/model-claims.ts";
import type { ModelSizes } from "./model-sizes.ts";

/** The sizes of a DiT, all of them known. */
export interface SettledSizes {
  readonly vocabSize: number;
  readonly hiddenSize: number;
  readonly blockCount: number;
  readonly headCount: number;
  readonly conditionSize: number;
}

/** The published sizes, by which the head count is known when neither tensors nor config tell it. */
const publishedHeads: readonly { hiddenSize: number; blockCount: number; headCount: number }[] = [
  { hiddenSize: 768, blockCount: 12, headCount: 12 },
  { hiddenSize: 1024, blockCount: 24, headCount: 16 },
  { hiddenSize: 1536, blockCount: 24, headCount: 16 },
];

const labels = {
  vocabSize: "the vocabulary with its mask",
  hiddenSize: "the hidden size",
  blockCount: "the number of blocks",
  headCount: "the number of attention heads",
  conditionSize: "the size of the conditioning vector",
} as const satisfies Record<keyof SettledSizes, string>;

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
}): { sizes?: SettledSizes; problems: string[] } {
  const { shown, claims, configPath } = options;
  const problems: string[] = [];
  const settled: Partial<Record<keyof SettledSizes, number>> = {};
  for (const size of sizeNames) {
    const [seen, claimed] = [shown[size], claims?.[size]];
    const value = seen?.value ?? claimed?.value;
    if (value !== undefined) settled[size] = value;
    if (seen && claimed && seen.value !== claimed.value) {
      problems.push(
        `${labels[size]} is ${seen.value} by ${seen.witness} but ${claimed.value} by ${claimed.key} of ${configPath}`,
      );
    }
  }
  const published = publishedHeads.find(
    ({ hiddenSize, blockCount }) => hiddenSize === settled.hiddenSize && blockCount === settled.blockCount,
  );
  if (published) settled.headCount ??= published.headCount;

  const gaps = sizeNames.filter((size) => settled[size] === undefined);
  if (gaps.length > 0) {
    const named = gaps.map((size) => labels[size]).join(", ");
    return { problems: [...problems, `nothing shows ${named}: put the model's config.json beside it`] };
  }
  const sizes = settled as SettledSizes;
  const headSize = sizes.hiddenSize / sizes.headCount;
  if (headSize % 2 !== 0) {
    problems.push(
      `${sizes.headCount} heads do not divide the hidden size ${sizes.hiddenSize} into even sizes`,
    );
  }
  return { sizes, problems };
}
