import { encodeTemplate, parseTemplate, tellText } from "@sdtt/language-model";
import { loadGpt2Tokenizer } from "@sdtt/tokenizer";

/** A template in ids, and a text told as it is filled. */
export async function run(): Promise<unknown> {
  const tokenizer = await loadGpt2Tokenizer();
  const { ids } = encodeTemplate(parseTemplate("The <mask:2> sat."), tokenizer);
  const gaps = [...ids.keys()].filter((position) => ids[position] === tokenizer.maskId);
  async function* written() {
    const fill = tokenizer.encode(" cat there");
    for (const [i, position] of gaps.entries()) {
      yield { step: i + 1, steps: gaps.length, positions: [position], ids: [fill[i]!], logProbs: [-0.5] };
    }
  }
  const told = [];
  const options = { template: ids, steps: gaps.length, written: written(), tokenizer, endsFrom: undefined };
  for await (const event of tellText(options)) told.push(event);
  return { ids: [...ids], told };
}
