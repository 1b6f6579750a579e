import { SdttError } from "@sdtt/core";
import type { Tokenizer } from "@sdtt/tokenizer";

/** A model or a judge, by what it reads. */
export interface NamedTokenizer {
  readonly name: string;
  readonly tokenizer: Pick<Tokenizer, "vocabSize" | "tokenBytes" | "decode">;
}

/**
 * Whether a judge can read the ids of a model as they are.
 *
 * @throws SdttError `usage` if an id does not stand for the same bytes to both.
 */
export function expectSameVocabulary({
  judge,
  model,
}: {
  readonly judge: NamedTokenizer;
  readonly model: NamedTokenizer;
}): void {
  const [ids, others] = [judge.tokenizer, model.tokenizer];
  if (ids.vocabSize !== others.vocabSize) {
    const found = `its vocabulary has ${ids.vocabSize} tokens, that of the model ${others.vocabSize}`;
    throw cannotRead({ judge, model, found });
  }
  for (let id = 0; id < ids.vocabSize; id++) {
    if (sameBytes(ids.tokenBytes(id), others.tokenBytes(id))) continue;
    const found = `token ${id} is ${quote(ids, id)} to it and ${quote(others, id)} to the model`;
    throw cannotRead({ judge, model, found });
  }
}

function cannotRead(options: { judge: NamedTokenizer; model: NamedTokenizer; found: string }): SdttError {
  const { judge, model, found } = options;
  return new SdttError(
    "usage",
    `${judge.name} cannot read the ids of ${model.name} as they are: ${found}. Take the protocol "text", which decodes them and encodes them again, or a judge with the same tokenizer.`,
  );
}

function sameBytes(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && a.every((byte, i) => byte === b[i]);
}

function quote(tokenizer: NamedTokenizer["tokenizer"], id: number): string {
  return JSON.stringify(tokenizer.decode([id]));
}
