import { checkSamples } from "../samples.ts";
import type { Reading } from "./reading.ts";
import { expectSameVocabulary } from "./same-vocabulary.ts";
import type { NamedTokenizer } from "./same-vocabulary.ts";

/** The protocol of SDTT's code: ids as they are, nothing cut off. The caller knows that both vocabularies are the same. */
export const readsIds: Reading = {
  name: "ids",
  protocol: "ids as they are",
  read(samples) {
    checkSamples(samples);
    return samples;
  },
};

/**
 * The same, once the vocabularies are compared.
 *
 * @throws SdttError `usage` if an id does not stand for the same bytes to both.
 */
export function idsReading(options: {
  readonly model: NamedTokenizer;
  readonly judge: NamedTokenizer;
}): Reading {
  expectSameVocabulary(options);
  return readsIds;
}
