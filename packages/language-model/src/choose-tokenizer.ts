import { SdttError } from "@sdtt/core";
import { headOf, tokenCount } from "@sdtt/models";
import type { ModelDescription } from "@sdtt/models";
import type { Tokenizer } from "@sdtt/tokenizer";

/** GPT-2's ids, which SDTT, MDLM and SEDD were trained on too. */
const gpt2VocabSize = 50257;

/** What there is to tell the tokenizer of a model by. */
export interface TokenizerClues {
  readonly description: ModelDescription;
  /** The content of the `tokenizer.json` beside the model. */
  readonly json?: string | undefined;
  /** The tokenizer that its config names. */
  readonly tokenizerName?: string | undefined;
}

/**
 * The tokenizer of a model called `name`: the one beside it, or GPT-2's where the vocabulary is of its size. If its vocabulary
 * includes the mask, that is the model's mask.
 *
 * @throws SdttError `checkpoint` if neither is the case.
 */
export async function chooseTokenizer(
  { description, json, tokenizerName }: TokenizerClues,
  name: string,
): Promise<Tokenizer> {
  const tokens = tokenCount(headOf(description));
  // Only now: a model that is loading computes on other threads meanwhile.
  const { createTokenizer, loadGpt2Tokenizer } = await import("@sdtt/tokenizer");
  if (json !== undefined) return createTokenizer(json, { modelTokens: tokens });
  if (tokens === gpt2VocabSize) return loadGpt2Tokenizer();
  const named =
    tokenizerName === undefined
      ? ""
      : ` Its config names the tokenizer "${tokenizerName}", which is not built in.`;
  throw new SdttError(
    "checkpoint",
    `${name} has a vocabulary of ${description.config.vocabSize} and no tokenizer.json beside it.${named} Put its tokenizer.json into its folder.`,
  );
}

/** @throws SdttError `checkpoint` unless the tokenizer has the tokens of the model. */
export function expectTokenizerFits(
  name: string,
  { vocabSize }: Tokenizer,
  description: ModelDescription,
): void {
  const tokens = tokenCount(headOf(description));
  if (vocabSize === tokens) return;
  throw new SdttError(
    "checkpoint",
    `${name}: the tokenizer has ${vocabSize} ids, the model ${tokens}, its mask not counted; expected as many, or one more that is a mask ([MASK], <mask> or [PAD]). They do not belong together.`,
  );
}
