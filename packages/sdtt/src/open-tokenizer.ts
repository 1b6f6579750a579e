import { readFile } from "node:fs/promises";
import { SdttError } from "@sdtt/core";
import type { Checkpoint } from "@sdtt/hub";
import { headOf, tokenCount } from "@sdtt/models";
import { createTokenizer, loadGpt2Tokenizer } from "@sdtt/tokenizer";
import type { Tokenizer } from "@sdtt/tokenizer";

/** GPT-2's ids, which SDTT, MDLM and SEDD were trained on too. */
const gpt2VocabSize = 50257;

/**
 * The tokenizer of a checkpoint: the one beside it, or GPT-2's where the config names it or the vocabulary is of its size.
 *
 * @throws SdttError `checkpoint` if neither is the case.
 */
export async function openTokenizer(
  { tokenizer, description }: Checkpoint,
  name: string,
): Promise<Tokenizer> {
  if (tokenizer && "path" in tokenizer) return createTokenizer(await readFile(tokenizer.path, "utf8"));
  if (tokenCount(headOf(description)) === gpt2VocabSize) return loadGpt2Tokenizer();
  const named = tokenizer
    ? ` Its config names the tokenizer "${tokenizer.name}", which is not built in.`
    : "";
  throw new SdttError(
    "checkpoint",
    `${name} has a vocabulary of ${description.config.vocabSize} and no tokenizer.json beside it.${named} Put its tokenizer.json into its folder.`,
  );
}
