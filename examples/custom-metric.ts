// A metric of your own beside the built-in ones: how many words the sentences of the texts have. A metric is an object that
// says in words how it measures and gives what it finds of ids; entropy and distinct-n are always reported with it.
//
//   node custom-metric.ts
import { evaluateSamples } from "@sdtt/eval";
import type { SampleMetric } from "@sdtt/eval";
import { loadModel } from "sdtt";
import type { LanguageModel } from "sdtt";

function wordsPerSentence({ tokenizer }: Pick<LanguageModel, "tokenizer">): SampleMetric<number> {
  return {
    protocol:
      "words between spaces over sentences that end with . ! or ?; a text's unfinished last sentence is left out",
    async evaluate({ tokens, batch, length }) {
      const sentences = Array.from({ length: batch }, (_, i) =>
        tokenizer.decode(tokens.subarray(i * length, (i + 1) * length), { specialTokens: "drop" }),
      ).flatMap((text) => text.split(/(?<=[.!?])\s+/).slice(0, -1));
      const words = sentences.flatMap((sentence) => sentence.split(/\s+/).filter(Boolean));
      return words.length / Math.max(1, sentences.length);
    },
  };
}

const [batch, length, steps] = [4, 64, 16];
await using model = await loadModel("tiny");
const { tokens, passes } = await model.sample({ samples: batch, length, steps, seed: 1, ignoreEos: true });

const report = await evaluateSamples({
  samples: { tokens: Int32Array.from(tokens.flatMap((ids) => [...ids])), batch, length },
  sampling: { steps, passes, precision: "exact" },
  metrics: { wordsPerSentence: wordsPerSentence(model) },
});
console.log(`words per sentence: ${report.metrics.wordsPerSentence.result.toFixed(1)}`);
console.log(`unigram entropy: ${report.unigramEntropy.toFixed(2)} nats`);
