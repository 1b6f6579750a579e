import { readFile, stat } from "node:fs/promises";
import { SdttError } from "@sdtt/core";
import { createTokenizer, loadGpt2Tokenizer } from "@sdtt/tokenizer";
import type { Tokenizer } from "@sdtt/tokenizer";
import { fileError } from "../file-error.ts";

/** Which tokenizer: that of a `tokenizer.json`, or a built-in one, `gpt2`. A checkpoint of @sdtt/hub names its own so. */
export type TokenizerSource = TokenizerFile | { readonly name: string };

interface TokenizerFile {
  readonly path: string;
  /** The tokens of the model that reads the blocks, for a tokenizer that includes the mask; see `createTokenizer`. */
  readonly modelTokens?: number | undefined;
}

/** All that makes a tokenizer, to be hashed and to be sent to other threads. */
export type TokenizerRecipe =
  | { readonly json: string; readonly modelTokens?: number | undefined }
  | { readonly name: "gpt2" };

/** The largest vocabularies take about 40 MB. */
const largestFile = 2 ** 27;

/** @throws SdttError `usage` for a name that is not built in; `not-found`, `io` or `format` for a file that cannot be read. */
export async function readTokenizerRecipe(source: TokenizerSource): Promise<TokenizerRecipe> {
  if ("path" in source) {
    const json = await readBounded(source.path);
    const { modelTokens } = source;
    // Left out where it changes nothing: a recipe is part of a cache's fingerprint.
    const hasMask = modelTokens !== undefined && createTokenizer(json).vocabSize === modelTokens + 1;
    return hasMask ? { json, modelTokens } : { json };
  }
  if (source.name === "gpt2") return { name: "gpt2" };
  throw new SdttError(
    "usage",
    `No tokenizer named "${source.name}" is built in: expected "gpt2", or the path of a tokenizer.json.`,
  );
}

/** @throws SdttError `format` if its JSON describes no tokenizer that can be used. */
export async function makeTokenizer(recipe: TokenizerRecipe): Promise<Tokenizer> {
  return "json" in recipe ? createTokenizer(recipe.json, recipe) : await loadGpt2Tokenizer();
}

/** The id that ends documents. @throws SdttError `usage` if the tokenizer has none. */
export function endOfTextOf({ endOfTextId }: Tokenizer): number {
  if (endOfTextId !== undefined) return endOfTextId;
  throw new SdttError(
    "usage",
    "The tokenizer has no <|endoftext|>, which is needed between documents: add it to the added_tokens of its tokenizer.json.",
  );
}

async function readBounded(path: string): Promise<string> {
  try {
    const { size } = await stat(path);
    if (size <= largestFile) return await readFile(path, "utf8");
  } catch (cause) {
    throw fileError(path, "read", cause);
  }
  throw new SdttError("format", `${path} is not a tokenizer.json: it is longer than ${largestFile} bytes.`);
}
