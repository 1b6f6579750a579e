import { SdttError } from "@sdtt/core";
import { seedOf, withSamplingDefaults } from "@sdtt/language-model";
import type { LanguageModel, TextSample, TextSampleOptions, TextSampleStep } from "@sdtt/language-model";
import { finishSampling } from "@sdtt/scheduler";
import { mergeSteps, type Share } from "./merge-steps.ts";

/**
 * One model out of several of the same checkpoint, each on a device of its own: the texts of a request are dealt out in
 * equal parts, and are those that one of them alone would write for the seed. Its `network` is that of the first. Disposing
 * it disposes all.
 *
 * @throws SdttError `usage` if there is none, or if they are not of one checkpoint.
 */
export function combineModels(models: readonly LanguageModel[]): LanguageModel {
  const [first, ...others] = models;
  if (!first) throw new SdttError("usage", "Expected at least one model to combine, got none.");
  const stranger = others.find(({ name }) => name !== first.name);
  if (stranger) {
    throw new SdttError(
      "usage",
      `Models to combine are of one checkpoint; got ${first.name} and ${stranger.name}.`,
    );
  }

  async function* stream(request: TextSampleOptions = {}): AsyncGenerator<TextSampleStep, TextSample> {
    const { samples = 1, sequenceOffset = 0 } = request;
    const seed = seedOf(withSamplingDefaults(request, first!.samplingDefaults));
    const stop = new AbortController();
    const signal = request.signal ? AbortSignal.any([request.signal, stop.signal]) : stop.signal;
    const shares = dealTexts(samples, models.length).map(({ start, count }, i): Share => ({
      start,
      steps: models[i]!.stream({
        ...request,
        seed,
        samples: count,
        sequenceOffset: sequenceOffset + start,
        signal,
      }),
    }));
    try {
      return yield* mergeSteps(shares, first!.tokenizer.maskId);
    } finally {
      // Where one has failed, or nobody asks for more, the others have no reason to continue.
      stop.abort();
    }
  }

  return {
    ...first,
    stream,
    sample: (request) => finishSampling(stream(request)),
    async [Symbol.asyncDispose]() {
      for (const model of models) await model[Symbol.asyncDispose]();
    },
  };
}

/** Contiguous parts of texts that differ by one at most; no part is empty. */
function dealTexts(samples: number, parties: number): { start: number; count: number }[] {
  const parts = Math.max(1, Math.min(samples, parties));
  const border = (part: number) => Math.floor((part * samples) / parts);
  return Array.from({ length: parts }, (_, part) => ({
    start: border(part),
    count: border(part + 1) - border(part),
  }));
}
