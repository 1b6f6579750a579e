import { createStream, elementCount, SdttError } from "@sdtt/core";
import type { CausalModel, GenerateRequest } from "@sdtt/core";
import { causalParameters } from "@sdtt/models";
import type { CausalDescription } from "@sdtt/models";
import type { Device } from "@sdtt/engine";
import { finishSampling } from "@sdtt/scheduler";
import type { Tokenizer } from "@sdtt/tokenizer";
import type { CausalLanguageModel, CausalSampleOptions } from "./causal-language-model.ts";
import type { TextSample, TextSampleStep } from "./language-model.ts";
import { findEnd, readText } from "./read-text.ts";
import { promptTooLong, seedOf } from "./sample-plan.ts";

export interface CausalLanguageModelOptions {
  readonly name: string;
  readonly description: CausalDescription;
  readonly tokenizer: Tokenizer;
  readonly network: CausalModel;
  /** Where the network computes; `cpu` unless given. */
  readonly device?: Device;
  /** What goes with the model when it is disposed. */
  readonly owned?: AsyncDisposable | undefined;
}

/** Puts a network and a tokenizer together. */
export function createCausalLanguageModel(options: CausalLanguageModelOptions): CausalLanguageModel {
  const { name, description, tokenizer, network, device = "cpu", owned } = options;

  async function* stream(request: CausalSampleOptions = {}): AsyncGenerator<TextSampleStep, TextSample> {
    const { request: asked, prompt, seed, endsFrom } = planWriting(request, options);
    const { batch, length } = asked;
    const tokens = Array.from({ length: batch }, () => new Int32Array(length).fill(tokenizer.maskId));
    for (const text of tokens) text.set(asked.prompts.subarray(0, prompt));
    const endsOf = (texts: readonly Int32Array[]) => texts.map((ids) => findEnd(ids, tokenizer, endsFrom));
    const writing = network.stream(asked);
    let passes = 0;
    for (let turn = await writing.next(); ; turn = await writing.next()) {
      if (turn.done) {
        const written = turn.value;
        const whole = tokens.map((_, i) => written.tokens.slice(i * length, (i + 1) * length));
        const ends = endsOf(whole);
        const texts = whole.map((ids, i) => readText(ids.subarray(0, ends[i]), tokenizer));
        const passesPerText = Array.from(written.lengths, (end) => end - prompt);
        return { texts, tokens: whole, ends, passes: written.passes, passesPerText, seed };
      }
      const { position, texts, ids, logProbs } = turn.value;
      texts.forEach((text, i) => (tokens[text]![position] = ids[i]!));
      yield {
        step: position - prompt + 1,
        steps: length - prompt,
        passes: ++passes,
        revealed: Array.from(texts, (sample, i) => ({
          sample,
          position,
          id: ids[i]!,
          logProb: logProbs[i]!,
        })),
        tokens: tokens.map((text) => text.slice()),
        ends: endsOf(tokens),
      };
    }
  }

  return {
    name,
    description,
    tokenizer,
    network,
    device,
    parameterCount: causalParameters(description).reduce((sum, { shape }) => sum + elementCount(shape), 0),
    stream,
    sample: (request) => finishSampling(stream(request)),
    [Symbol.asyncDispose]: async () => owned?.[Symbol.asyncDispose](),
  };
}

interface WritingPlan {
  readonly request: GenerateRequest;
  /** Tokens that each text begins with. */
  readonly prompt: number;
  readonly seed: number;
  /** An end of text at this position or a later one ends the text; none does if undefined. */
  readonly endsFrom: number | undefined;
}

/** A request in ids. Throws `usage` for a length that the model cannot read, and for nothing to begin with. */
function planWriting(options: CausalSampleOptions, model: CausalLanguageModelOptions): WritingPlan {
  const { samples = 1, prompt = "", ignoreEos = false, temperature, topP, topK, signal } = options;
  const { name, tokenizer, network, description } = model;
  const { endOfTextId } = tokenizer;
  const given = typeof prompt === "string" ? tokenizer.encode(prompt) : Int32Array.from(prompt);
  const addBos = options.addBos ?? given.length === 0;
  if (addBos && endOfTextId === undefined) {
    throw new SdttError(
      "usage",
      `The tokenizer of ${name} has no end-of-text token for a text to begin with: give a prompt.`,
    );
  }
  const beginning = addBos && given[0] !== endOfTextId ? [endOfTextId!, ...given] : [...given];
  if (beginning.length === 0) {
    throw new SdttError(
      "usage",
      `${name} needs a token to continue from: give a prompt, or leave addBos on.`,
    );
  }
  const { length = description.config.length } = options;
  if (length > network.maxLength) {
    throw new SdttError(
      "usage",
      `${name} has positions for texts of up to ${network.maxLength} tokens; got a length of ${length}.`,
    );
  }
  const width = beginning.length;
  if (width >= length) throw promptTooLong({ what: "prompt", taken: width, length, addBos });
  const seed = seedOf(options);
  const endId = ignoreEos ? undefined : endOfTextId;
  return {
    request: {
      prompts: Int32Array.from({ length: samples * width }, (_, i) => beginning[i % width]!),
      batch: samples,
      length,
      endId,
      stream: createStream(seed),
      ...(temperature === 0 ? { topK: 1 } : { temperature, topP, topK }),
      signal,
    },
    prompt: width,
    seed,
    endsFrom: endId === undefined ? undefined : width,
  };
}
