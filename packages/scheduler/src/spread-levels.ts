import type { RandomStream } from "@sdtt/core";

/**
 * Levels in [0, 1) of the positions of a text that keep neighbours apart: of any 2^k consecutive positions, each of the 2^k
 * equal parts of [0, 1) holds exactly one. The chain on a grid of 2^k steps then reveals every 2^k-th position in a step: after
 * the first, each is closer to what is known already than to the others of its step.
 *
 * It is van der Corput's sequence in base 2, scrambled as nested (Owen) scrambling does: bit k of a position, lowest first, gives the
 * k-th binary digit of its level, flipped or not by a fair coin for each choice of the lower bits. So a single position's
 * level is uniform and a step reveals each position with the probability of the chain; only that two positions are
 * revealed together depends on their distance. After the dilated and the Halton orders (arXiv 2506.19037 and 2503.17076), which
 * are fixed; these are drawn for each text.
 *
 * @param stream - The text's own; coins and the digits below the last bit are counted in it.
 */
export function spreadLevels({ length, stream }: { length: number; stream: RandomStream }): Float64Array {
  const coins = stream.child("spread");
  const levels = new Float64Array(length);
  let period = 1;
  for (; period < length; period *= 2) {
    for (let lowerBits = 0; lowerBits < period; lowerBits++) {
      // Coins of all bits are numbered without a gap: of this one from period to 2 period - 1.
      let digit = coins.uniform(period + lowerBits) < 0.5 ? 1 : 0;
      for (let position = lowerBits; position < length; position += period, digit = 1 - digit) {
        levels[position]! += (0.5 * digit) / period;
      }
    }
  }
  for (let position = 0; position < length; position++) {
    levels[position]! += stream.uniform(position) / period;
  }
  return levels;
}
