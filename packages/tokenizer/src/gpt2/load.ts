import { byteIdsInOrder, byteSymbolsInOrder, bytesOfSymbols } from "../byte-alphabet.ts";
import type { TokenizerDefinition } from "../definition.ts";
import { byteLevel } from "../pre-tokenizer.ts";
import { createTokenizerFrom } from "../tokenizer.ts";
import type { Tokenizer } from "../tokenizer.ts";
import { encodeUtf8 } from "../utf8.ts";

/**
 * The tokenizer of GPT-2 (Radford et al. 2019): 50257 ids, `<|endoftext|>` the last of them. Its merges come with this
 * package and are only loaded here; each call builds a tokenizer of its own.
 */
export async function loadGpt2Tokenizer(): Promise<Tokenizer> {
  const { packedMerges } = await import("./merges.ts");
  return createTokenizerFrom(gpt2Definition(await unpack(packedMerges)));
}

/** Ids 0 to 255 are the bytes in the order of their symbols, each merge makes the next id, and the special token is last. */
function gpt2Definition(pairs: Uint16Array): TokenizerDefinition {
  const tokens = byteSymbolsInOrder.map((symbol) => bytesOfSymbols(symbol)!);
  const merges = new Int32Array((pairs.length / 2) * 3);
  for (let rank = 0; rank < pairs.length / 2; rank++) {
    const [left, right] = [pairs[2 * rank]!, pairs[2 * rank + 1]!];
    merges.set([left, right, tokens.length], 3 * rank);
    tokens.push(concatenate(tokens[left]!, tokens[right]!));
  }

  const endOfText = { id: tokens.length, content: "<|endoftext|>", special: true };
  tokens.push(encodeUtf8(endOfText.content));
  return {
    tokens,
    byteIds: byteIdsInOrder,
    merges,
    addedTokens: [endOfText],
    preTokenizer: byteLevel({ prefixSpace: false, gpt2Pattern: true }),
  };
}

/** 16-bit words, deflated and in base64. */
async function unpack(base64: string): Promise<Uint16Array> {
  const binary = atob(base64);
  const deflated = new Uint8Array(binary.length);
  for (let i = 0; i < binary.length; i++) deflated[i] = binary.charCodeAt(i);
  const words = new Blob([deflated]).stream().pipeThrough(new DecompressionStream("deflate-raw"));
  return new Uint16Array(await new Response(words).arrayBuffer());
}

function concatenate(left: Uint8Array, right: Uint8Array): Uint8Array {
  const joined = new Uint8Array(left.length + right.length);
  joined.set(left);
  joined.set(right, left.length);
  return joined;
}
