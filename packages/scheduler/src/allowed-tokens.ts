import { SdttError } from "@sdtt/core";
import type { TokenSet } from "@sdtt/core";
import type { SequenceRequest } from "./sequence.ts";

/** Positions that may only become some of the tokens, and which. */
export type AllowedTokens = ReadonlyMap<number, TokenSet>;

/** Refuses positions outside the text, sets of another vocabulary, and sets that hold no token or the mask. */
export function checkAllowed(allowed: AllowedTokens | undefined, length: number, vocabSize: number): void {
  for (const [position, tokens] of allowed ?? []) {
    if (!(Number.isInteger(position) && position >= 0 && position < length)) {
      throw new SdttError("usage", `allowed names position ${position}; the text has ${length}.`);
    }
    if (tokens.length !== vocabSize || tokens[vocabSize - 1] !== 0 || !tokens.includes(1)) {
      throw new SdttError(
        "usage",
        `allowed at position ${position} must be a set of some of ${vocabSize} ids, without the mask.`,
      );
    }
  }
}

/** The sets of some positions; undefined if none of them is restricted. */
export function allowedAt(
  positions: readonly number[],
  allowed: AllowedTokens | undefined,
): SequenceRequest["allowed"] {
  if (!allowed || !positions.some((position) => allowed.has(position))) return undefined;
  return positions.map((position) => allowed.get(position));
}

/** The sets of all positions of several requests, one after the other; undefined if none is restricted. */
export function joinAllowed(requests: readonly SequenceRequest[]): SequenceRequest["allowed"] {
  if (!requests.some(({ allowed }) => allowed)) return undefined;
  return requests.flatMap(
    ({ positions, allowed }) => allowed ?? Array.from(positions, (): undefined => undefined),
  );
}

/**
 * What a model says at a row, conditioned on a set of tokens: the others' share goes to those in the set, in proportion,
 * so that the tokens together weigh what they did. It holds for log-probabilities and for the log of a score alike.
 *
 * @returns with it the log of the share that the set had, 0 without a set.
 */
export function conditionOnTokens(
  values: Float32Array,
  allowed: TokenSet | undefined,
  maskId: number,
): { conditioned: ArrayLike<number>; logShare: number } {
  if (!allowed) return { conditioned: values, logShare: 0 };
  const logShare = logSumOf(values, (id) => allowed[id] === 1) - logSumOf(values, (id) => id !== maskId);
  const conditioned = Float64Array.from(values, (value, id) => {
    if (id === maskId) return value;
    return allowed[id] === 1 ? value - logShare : -Infinity;
  });
  return { conditioned, logShare };
}

/** The log of the sum of what some of the values are the logs of. */
function logSumOf(values: Float32Array, isMeant: (id: number) => boolean): number {
  let [greatest, sum] = [-Infinity, 0];
  for (let id = 0; id < values.length; id++) {
    if (isMeant(id)) greatest = Math.max(greatest, values[id]!);
  }
  for (let id = 0; id < values.length; id++) {
    if (isMeant(id)) sum += Math.exp(values[id]! - greatest);
  }
  return greatest + Math.log(sum);
}
