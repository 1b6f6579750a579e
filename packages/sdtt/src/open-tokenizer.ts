import { readFile } from "node:fs/promises";
import type { Checkpoint } from "@sdtt/hub";
import { chooseTokenizer } from "@sdtt/language-model";
import type { Tokenizer } from "@sdtt/tokenizer";

/**
 * The tokenizer of a checkpoint: the one beside it, or GPT-2's where the vocabulary is of its size. If its vocabulary
 * includes the mask, that is the model's mask.
 *
 * @throws SdttError `checkpoint` if neither is the case.
 */
export async function openTokenizer(
  { tokenizer, description }: Checkpoint,
  name: string,
): Promise<Tokenizer> {
  const clues =
    tokenizer && "path" in tokenizer
      ? { json: await readFile(tokenizer.path, "utf8") }
      : { tokenizerName: tokenizer?.name };
  return chooseTokenizer({ description, ...clues }, name);
}
