import { createStream, elementCount, SdttError } from "@sdtt/core";
import type { CausalModel, GenerateRequest } from "@sdtt/core";
import { causalParameters } from "@sdtt/models";
import type { CausalDescription } from "@sdtt/models";
import type { Device } from "@sdtt/runtime";
import type { Tokenizer } from "@sdtt/tokenizer";
import type { CausalLanguageModel, CausalSampleOptions } from "./causal-language-model.ts";
import type { TextSample, TextSampleStep } from "./language-model.ts";
import { planTexts } from "./sample-plan.ts";

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
    const plan = planWriting(request, options);
    const texts = createTexts(plan, tokenizer);
    const writing = network.stream(plan.request);
    let passes = 0;
    for (let turn = await writing.next(); ; turn = await writing.next()) {
      if (turn.done) return { ...texts.finished(), passes: turn.value.passes, seed: plan.seed };
      const { position, texts: samples, ids, logProbs } = turn.value;
      const place = position - plan.begin;
      const revealed = Array.from(samples, (sample, i) => ({
        sample,
        position: place,
        id: ids[i]!,
        logProb: logProbs[i]!,
      }));
      for (const { sample, id } of revealed) texts.write(sample, place, id);
      yield {
        step: place - plan.prompt + 1,
        steps: plan.length - plan.prompt,
        passes: ++passes,
        revealed: revealed.filter(({ id }) => id !== plan.request.endId),
        tokens: texts.current(),
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
    async sample(request) {
      const steps = stream(request);
      for (;;) {
        const { done, value } = await steps.next();
        if (done) return value;
      }
    },
    [Symbol.asyncDispose]: async () => owned?.[Symbol.asyncDispose](),
  };
}

interface WritingPlan {
  readonly request: GenerateRequest;
  /** Tokens that are read before the text and are no part of it: an end of text, or none. */
  readonly begin: number;
  /** Tokens of the prompt. */
  readonly prompt: number;
  /** The most tokens of a text. */
  readonly length: number;
  readonly seed: number;
}

/** A request in ids. Throws `usage` for a length that the model cannot read, and for nothing to begin with. */
function planWriting(options: CausalSampleOptions, model: CausalLanguageModelOptions): WritingPlan {
  const { samples, prompt, addBos = false, ignoreEnd = false, temperature, topP, topK, signal } = options;
  const { name, tokenizer, network, description } = model;
  const { endOfTextId } = tokenizer;
  const trained = description.config.length;
  const {
    batch,
    length,
    seed,
    template: given,
  } = planTexts({ samples, prompt, length: options.length, seed: options.seed }, tokenizer, trained);
  if (length > network.maxLength) {
    throw new SdttError(
      "usage",
      `${name} has positions for texts of up to ${network.maxLength} tokens; got a length of ${length}.`,
    );
  }
  const begins = addBos || given.length === 0;
  if (begins && endOfTextId === undefined) {
    throw new SdttError(
      "usage",
      `The tokenizer of ${name} has no end-of-text token for a text to begin after: give a prompt.`,
    );
  }
  const beginning = begins ? [endOfTextId!, ...given] : [...given];
  const width = beginning.length;
  return {
    request: {
      prompts: Int32Array.from({ length: batch * width }, (_, i) => beginning[i % width]!),
      batch,
      length: length + (begins ? 1 : 0),
      endId: ignoreEnd ? undefined : endOfTextId,
      stream: createStream(seed),
      temperature,
      topP,
      topK,
      signal,
    },
    begin: begins ? 1 : 0,
    prompt: given.length,
    length,
    seed,
  };
}

/** Texts that grow, without the tokens that mark their ends. */
function createTexts({ request, begin, prompt, length }: WritingPlan, tokenizer: Tokenizer) {
  const { prompts, batch, endId } = request;
  const written = Array.from({ length: batch }, (_, i) => {
    const first = (i * prompts.length) / batch + begin;
    const text = new Int32Array(length).fill(tokenizer.maskId);
    text.set(prompts.subarray(first, first + prompt));
    return text;
  });
  const lengths = new Int32Array(batch).fill(length);
  const current = () => written.map((text, i) => text.slice(0, lengths[i]!));
  return {
    write(text: number, place: number, id: number): void {
      if (id === endId) lengths[text] = place;
      else written[text]![place] = id;
    },
    current,
    finished(): Pick<TextSample, "texts" | "tokens"> {
      const tokens = current();
      return { tokens, texts: tokenizer.decodeBatch(tokens) };
    },
  };
}
