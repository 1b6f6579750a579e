import type { TokenizerDefinition } from "./definition.ts";
import { decodeUtf8 } from "./utf8.ts";

/** Names of a mask in a vocabulary: `[MASK]`, `<mask>`, `<|mask|>`, or padding that serves as the mask. */
const maskName = /^\W*(?:\w*mask|pad)\W*$/i;

/**
 * Removes the mask from a tokenizer whose last token it is. Its id is then one past the last, as for every tokenizer, and
 * no text encodes to it, the token's name included.
 *
 * @returns Undefined if the last token is not named as a mask.
 */
export function withoutOwnMask(definition: TokenizerDefinition): TokenizerDefinition | undefined {
  const { tokens, merges, wholePieces, addedTokens } = definition;
  const maskId = tokens.length - 1;
  if (maskId < 256 || !maskName.test(decodeUtf8(tokens[maskId]!))) return undefined;
  const keptMerges: number[] = [];
  for (let i = 0; i < merges.length; i += 3) {
    const merge = merges.subarray(i, i + 3);
    if (!merge.includes(maskId)) keptMerges.push(...merge);
  }
  return {
    ...definition,
    tokens: tokens.slice(0, maskId),
    merges: Int32Array.from(keptMerges),
    wholePieces: wholePieces && new Map([...wholePieces].filter(([, id]) => id !== maskId)),
    addedTokens: addedTokens.filter(({ id }) => id !== maskId),
  };
}
