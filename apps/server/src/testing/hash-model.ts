import { throwIfAborted } from "@sdtt/core";
import type { Denoiser, DrawRequest, Draws } from "@sdtt/core";
import { createLanguageModel } from "sdtt";
import type { LanguageModel } from "sdtt";
import { createTokenizer, trainBytePairEncoding } from "@sdtt/tokenizer";

/** What a denoiser was asked, in order. */
export interface RecordedDenoiser extends Denoiser {
  readonly calls: DrawRequest[];
}

export interface HashDenoiserOptions {
  readonly vocabSize?: number;
  /** Awaited before each answer. */
  readonly before?: (request: DrawRequest) => Promise<void> | void;
  /** Has the last word on the draws. */
  readonly draw?: (draws: Draws) => Draws;
}

/**
 * A denoiser without a distribution: a token follows from the whole text, the position, the uniform and the setting alone. Whoever
 * is given another's text, position or uniform gets another token.
 */
export function hashDenoiser({
  vocabSize = 258,
  before,
  draw = (draws) => draws,
}: HashDenoiserOptions = {}): RecordedDenoiser {
  const calls: DrawRequest[] = [];
  const tokenIds = Array.from({ length: vocabSize - 1 }, (_, id) => id);
  return {
    vocabSize,
    maskId: vocabSize - 1,
    calls,
    async draw(request) {
      calls.push(request);
      await before?.(request);
      throwIfAborted(request.signal);
      const { tokens, length, rows, uniforms, temperature = 1, topP = 1, topK = 0, allowed } = request;
      const ids = Int32Array.from(rows, (row, i) => {
        const begin = row - (row % length);
        const text = tokens.subarray(begin, begin + length);
        const own = [...text, row % length, Math.floor(uniforms[i]! * 2 ** 30)];
        const setting = [temperature, topP].map((value) => Math.floor(value * 1000));
        const hash = [...own, ...setting, topK].reduce(
          (hash, value) => Math.imul(hash ^ value, 0x01000193),
          0x811c9dc5,
        );
        const choices = allowed?.[i]
          ? [...allowed[i].keys()].filter((id) => allowed[i]![id] === 1)
          : tokenIds;
        return choices[(hash >>> 0) % choices.length]!;
      });
      const entropies = request.entropies ? new Float32Array(rows.length).fill(0.5) : undefined;
      return draw({ ids, logProbs: new Float32Array(rows.length).fill(Math.log(0.5)), entropies });
    },
    // A distribution that follows from the text and the position alone: for guidance, which draws by itself.
    async logProbs({ tokens, length, rows }) {
      const result = new Float32Array(rows.length * vocabSize).fill(-Infinity);
      for (const [i, row] of rows.entries()) {
        const begin = row - (row % length);
        const hash = [...tokens.subarray(begin, begin + length), row % length].reduce(
          (hash, value) => Math.imul(hash ^ value, 0x01000193),
          0x811c9dc5,
        );
        const weights = tokenIds.map((id) => 1 + (Math.imul(hash ^ id, 0x01000193) >>> 0) / 2 ** 29);
        const total = weights.reduce((sum, weight) => sum + weight);
        result.set(
          weights.map((weight) => Math.log(weight / total)),
          i * vocabSize,
        );
      }
      return result;
    },
  };
}

/** A model of bytes around such a denoiser, 64 tokens long. */
export async function hashModel(
  options: HashDenoiserOptions = {},
): Promise<LanguageModel & { network: RecordedDenoiser }> {
  // No text, no merges: the bytes and the end of a text.
  const tokenizer = createTokenizer(await trainBytePairEncoding({ texts: [], vocabSize: 257 }));
  const network = hashDenoiser({ ...options, vocabSize: 258 });
  const model = createLanguageModel({
    name: "hash",
    description: {
      family: "mdlm",
      config: {
        vocabSize: 258,
        hiddenSize: 1,
        blockCount: 1,
        headCount: 1,
        conditionSize: 1,
        length: 64,
        timeConditioning: false,
      },
    } as LanguageModel["description"],
    tokenizer,
    network,
  });
  return { ...model, network };
}
