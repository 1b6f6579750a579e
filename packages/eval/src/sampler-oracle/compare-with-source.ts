import { checkSamples, textsOf } from "../samples.ts";
import type { Samples } from "../samples.ts";
import type { HiddenMarkovSource } from "./hidden-markov-source.ts";
import { logLikelihood } from "./posterior.ts";

/**
 * How far the transitions between neighbouring tokens are from the source's: the total variation distance of each row of the
 * matrix, weighed by how often the source writes its token. From 0 to 1; rows that the texts never leave from count 1.
 */
export function transitionError(source: HiddenMarkovSource, samples: Samples): number {
  checkSamples(samples);
  const { tokens } = source;
  const expected = tokenPairs(source);
  const counts = new Float64Array(tokens * tokens);
  for (const text of textsOf(samples)) {
    for (let i = 1; i < text.length; i++) counts[text[i - 1]! * tokens + text[i]!]!++;
  }
  let error = 0;
  for (let first = 0; first < tokens; first++) {
    const [own, exact] = [counts, expected].map((pairs) =>
      pairs.subarray(first * tokens, (first + 1) * tokens),
    );
    const [count, share] = [own!, exact!].map((row) => row.reduce((sum, value) => sum + value, 0));
    let distance = count === 0 ? 2 : 0;
    if (count! > 0) {
      own!.forEach((value, second) => (distance += Math.abs(value / count! - exact![second]! / share!)));
    }
    error += (share! * distance) / 2;
  }
  return error;
}

/** The distribution of two neighbouring tokens, `[tokens, tokens]`, the same at every position. */
function tokenPairs({ states, tokens, initial, transitions, emissions }: HiddenMarkovSource): Float64Array {
  const pairs = new Float64Array(tokens * tokens);
  for (let from = 0; from < states; from++) {
    for (let to = 0; to < states; to++) {
      const weight = initial[from]! * transitions[from * states + to]!;
      for (let a = 0; a < tokens; a++) {
        for (let b = 0; b < tokens; b++) {
          pairs[a * tokens + b]! += weight * emissions[from * tokens + a]! * emissions[to * tokens + b]!;
        }
      }
    }
  }
  return pairs;
}

/**
 * The Kullback-Leibler divergence of texts' distribution from the source's, in nats: by the frequencies of whole texts, which takes many
 * short ones. Its bias (m - 1) / 2n for m different texts among n is taken off (Miller 1955), so that texts of the source
 * itself are about 0, or below, if they are many for the texts that are possible; else compare with those of the source.
 */
export function divergenceFromSource(source: HiddenMarkovSource, samples: Samples): number {
  checkSamples(samples);
  const counts = Map.groupBy(textsOf(samples), (text) => text.join(","));
  let divergence = -(counts.size - 1) / (2 * samples.batch);
  for (const same of counts.values()) {
    const share = same.length / samples.batch;
    divergence += share * (Math.log(share) - logLikelihood(source, same[0]!));
  }
  return divergence;
}

/** The mean negative log-probability of a token under the source, in nats: what a judge that knows the truth would say. */
export function natsUnderSource(source: HiddenMarkovSource, samples: Samples): number {
  checkSamples(samples);
  const total = textsOf(samples).reduce((sum, text) => sum - logLikelihood(source, text), 0);
  return total / samples.tokens.length;
}
