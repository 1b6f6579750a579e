import { readFile } from "node:fs/promises";
import { SdttError } from "@sdtt/core";
import type { Checkpoint } from "@sdtt/hub";
import { headOf, tokenCount } from "@sdtt/models";
import type { ModelDescription } from "@sdtt/models";
import { createTokenizer, loadGpt2Tokenizer } from "@sdtt/tokenizer";
import type { Tokenizer } from "@sdtt/tokenizer";

/** GPT-2's ids, which SDTT, MDLM and SEDD were trained on too. */
const gpt2VocabSize = 50257;

/**
 * The tokenizer of a checkpoint: the one beside it, or GPT-2's where the config names it or the vocabulary is of its size.
 * If its vocabulary includes the mask, that is the model's mask.
 *
 * @throws SdttError `checkpoint` if neither is the case.
 */
export async function openTokenizer(
  { tokenizer, description }: Checkpoint,
  name: string,
): Promise<Tokenizer> {
  const tokens = tokenCount(headOf(description));
  if (tokenizer && "path" in tokenizer) {
    return createTokenizer(await readFile(tokenizer.path, "utf8"), { modelTokens: tokens });
  }
  if (tokens === gpt2VocabSize) return loadGpt2Tokenizer();
  const named = tokenizer
    ? ` Its config names the tokenizer "${tokenizer.name}", which is not built in.`
    : "";
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
