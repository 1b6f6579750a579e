import { createTokenizer, loadGpt2Tokenizer, trainBytePairEncoding } from "@sdtt/tokenizer";

const text = "Today it rained, naïvely — 今日は雨 🌧.<|endoftext|>";

/** A text through GPT-2's tokenizer and through one that is trained on the spot. */
export async function run(): Promise<unknown> {
  const trained = createTokenizer(await trainBytePairEncoding({ texts: [text.repeat(3)], vocabSize: 270 }));
  return [await loadGpt2Tokenizer(), trained].map((tokenizer) => {
    const ids = tokenizer.encode(text);
    if (tokenizer.decode(ids) !== text) throw new Error(`decoded as ${tokenizer.decode(ids)}`);
    return [...ids];
  });
}
