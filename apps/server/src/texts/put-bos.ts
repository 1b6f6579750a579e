import type { LanguageModel } from "sdtt";
import { beginsWithBos, putFirst } from "sdtt";
import type { EncodedTemplate } from "sdtt";
import { ApiError } from "../errors/api-error.ts";

/**
 * Puts the end-of-text token first where that is asked for: by the request or, if it leaves that open, by the model.
 *
 * @throws ApiError 400 where it is asked for and the model has none.
 */
export function putBos(
  given: EncodedTemplate,
  addBos: boolean | null | undefined,
  { description, tokenizer }: Pick<LanguageModel, "description" | "tokenizer">,
): EncodedTemplate {
  if (!(addBos ?? beginsWithBos(description, tokenizer))) return given;
  const { endOfTextId } = tokenizer;
  if (endOfTextId !== undefined) return putFirst(endOfTextId, given);
  throw new ApiError(400, "add_bos: this model has no end-of-text token to begin with.", {
    param: "add_bos",
  });
}
