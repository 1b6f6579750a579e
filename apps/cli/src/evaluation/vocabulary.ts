import { SdttError } from "@sdtt/core";
import type { Tokenizer } from "@sdtt/tokenizer";

interface Reader {
  readonly name: string;
  readonly tokenizer: Tokenizer;
}

/**
 * A judge reads the ids of a model as they are.
 *
 * @throws SdttError `usage` if an id does not stand for the same bytes to both.
 */
export function expectSameVocabulary(judge: Reader, model: Reader): void {
  const [ids, others] = [judge.tokenizer, model.tokenizer];
  const advice = "A judge reads ids as they are: take one that was trained with the same tokenizer.";
  if (ids.vocabSize !== others.vocabSize) {
    throw new SdttError(
      "usage",
      `${judge.name} cannot judge ${model.name}: its vocabulary has ${ids.vocabSize} tokens, that of the model ${others.vocabSize}. ${advice}`,
    );
  }
  for (let id = 0; id < ids.vocabSize; id++) {
    if (Buffer.compare(ids.tokenBytes(id), others.tokenBytes(id)) === 0) continue;
    throw new SdttError(
      "usage",
      `${judge.name} cannot judge ${model.name}: token ${id} is ${quote(ids, id)} to it and ${quote(others, id)} to the model. ${advice}`,
    );
  }
}

function quote(tokenizer: Tokenizer, id: number): string {
  return JSON.stringify(tokenizer.decode([id]));
}
