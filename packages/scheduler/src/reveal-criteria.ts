import type { Draws } from "@sdtt/core";

/** How much of a pass stands, by what the model answered. */
export interface RevealCriterion {
  /** Whether it needs the entropies of the distributions beside the draws. */
  readonly entropies: boolean;
  /** How unsure each of the draws is: the least is the first to stand. */
  doubts(draws: Draws): ArrayLike<number>;
  /** How many of the draws stand, of doubts in ascending order; below 1 counts as 1. */
  standing(sorted: readonly number[]): number;
}

/**
 * Entropy-bounded (Ben-Hamu et al. 2025, arXiv 2505.24857): the longest run of positions whose entropies, the greatest left
 * out, sum to less than gamma. That sum bounds by how much independent draws depart from the joint distribution of the positions.
 * Where the paper allows equality, this does not: at gamma = 0 positions that are certain go one a pass like all others.
 */
export function entropyBound(gamma: number): RevealCriterion {
  return {
    entropies: true,
    doubts: ({ entropies }) => entropies!,
    standing(sorted) {
      // The greatest entropy of an ascending run is its last.
      let [count, withoutLast] = [1, 0];
      while (count < sorted.length && (withoutLast += sorted[count - 1]!) < gamma) count++;
      return count;
    },
  };
}

/** All draws that have at least this probability (Fast-dLLM, Wu et al. 2025, arXiv 2505.22618). */
export function confidenceThreshold(threshold: number): RevealCriterion {
  const most = -Math.log(threshold);
  return {
    entropies: false,
    doubts: negativeLogProbs,
    standing: (sorted) => sorted.filter((doubt) => doubt <= most).length,
  };
}

/** The longest run of draws, the likeliest first, of which the r-th has a probability of at least 1 - factor / (r + 1). */
export function confidenceFactor(factor: number): RevealCriterion {
  return {
    entropies: false,
    doubts: negativeLogProbs,
    standing(sorted) {
      const broken = sorted.findIndex((doubt, i) => Math.exp(-doubt) < 1 - factor / (i + 2));
      return broken < 0 ? sorted.length : broken;
    },
  };
}

function negativeLogProbs({ logProbs }: Draws): ArrayLike<number> {
  return logProbs.map((logProb) => -logProb);
}
