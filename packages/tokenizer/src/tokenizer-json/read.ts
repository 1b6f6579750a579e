import { bytesOfSymbols, symbolOfByte } from "../byte-alphabet.ts";
import type { TokenizerDefinition } from "../definition.ts";
import { encodeUtf8 } from "../utf8.ts";
import { readPreTokenizer } from "./read-pre-tokenizer.ts";
import { checkTokenizerJson, excerpt, flattenNormalizer, formatError } from "./schema.ts";
import type { CheckedTokenizerJson } from "./schema.ts";

/**
 * Reads a `tokenizer.json`: its text, or what it parses to.
 *
 * @throws SdttError `format` for anything that is not a byte-level BPE whose ids run from 0 without gaps.
 */
export function readTokenizerJson(json: unknown): TokenizerDefinition {
  const checked = checkTokenizerJson(typeof json === "string" ? parse(json) : json);
  const { added_tokens: added, model, normalizer } = checked;
  const ids = readIds(model.vocab);
  return {
    tokens: readTokens(added, ids),
    byteIds: readByteIds(ids),
    merges: readMerges(model.merges, ids),
    wholePieces: model.ignore_merges ? ids : undefined,
    addedTokens: added.map(({ id, content, special, lstrip, rstrip }) => ({
      id,
      content,
      special,
      stripsLeft: lstrip,
      stripsRight: rstrip,
    })),
    normalizations: normalizer ? flattenNormalizer(normalizer).map(({ type }) => type) : [],
    preTokenizer: readPreTokenizer(checked.pre_tokenizer),
  };
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw formatError(`it does not parse as JSON: ${(cause as Error).message}`, cause);
  }
}

type Ids = ReadonlyMap<string, number>;

function readIds(vocab: CheckedTokenizerJson["model"]["vocab"]): Ids {
  const ids = new Map<string, number>();
  for (const [token, id] of Object.entries(vocab)) {
    if (!Number.isInteger(id)) {
      throw formatError(`model.vocab has ${excerpt(id)} as the id of ${excerpt(token)}`);
    }
    ids.set(token, id as number);
  }
  return ids;
}

/** The bytes of each id. That ids have no gaps bounds what is allocated by what the file holds. */
function readTokens(added: CheckedTokenizerJson["added_tokens"], ids: Ids): Uint8Array[] {
  const addedIds = new Map(added.map(({ content, id }) => [content, id]));
  const all = new Map([...ids, ...addedIds]);
  const tokens: Uint8Array[] = [];
  for (const [token, id] of all) {
    if (id < 0 || id >= all.size || tokens[id]) {
      throw formatError(
        `its ${all.size} tokens must have the ids 0 to ${all.size - 1}, each once; ${excerpt(token)} has ${id}`,
      );
    }
    tokens[id] = (addedIds.has(token) ? undefined : bytesOfSymbols(token)) ?? encodeUtf8(token);
  }
  return tokens;
}

function readByteIds(ids: Ids): Int32Array {
  return Int32Array.from({ length: 256 }, (_, byte) => {
    const symbol = symbolOfByte(byte);
    const id = ids.get(symbol);
    if (id === undefined) {
      throw formatError(`model.vocab lacks ${excerpt(symbol)}, the symbol of byte ${byte}`);
    }
    return id;
  });
}

function readMerges(entries: readonly unknown[], ids: Ids): Int32Array {
  const merges = new Int32Array(3 * entries.length);
  for (const [rank, entry] of entries.entries()) {
    // Older files write a pair as "left right", newer ones as a list.
    const pair: readonly unknown[] =
      typeof entry === "string" ? entry.split(" ") : Array.isArray(entry) ? entry : [];
    const [left, right] = [pair[0] as string, pair[1] as string];
    const [leftId, rightId, joined] = [ids.get(left), ids.get(right), ids.get(left + right)];
    if (pair.length !== 2 || leftId === undefined || rightId === undefined || joined === undefined) {
      throw formatError(
        `model.merges.${rank}: expected two tokens of model.vocab that join to a third; found ${excerpt(entry)}`,
      );
    }
    merges[3 * rank] = leftId;
    merges[3 * rank + 1] = rightId;
    merges[3 * rank + 2] = joined;
  }
  return merges;
}
