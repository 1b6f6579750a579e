import { createStream, SdttError } from "@sdtt/core";
import type { RandomStream } from "@sdtt/core";
import type { AllowedTokens } from "./allowed-tokens.ts";
import { checkIds, checkInteger } from "./check.ts";
import type { SequenceProjection } from "./sequence.ts";

/** What the texts of a batch are made of. */
export interface TextOptions {
  /** Positions of each text. */
  readonly length: number;
  /** Number of texts; 1 unless given. */
  readonly batch?: number | undefined;
  /** An integer from 0 to 2^53 - 1. Text i of a seed is the same alone and in any batch. */
  readonly seed: number;
  /** The number, under its seed, of the first text; 0 unless given. */
  readonly sequenceOffset?: number | undefined;
  /** Ids to start from, the mask where the sampler shall write, for all texts or one for each. Short ones are filled up. */
  readonly template?: ArrayLike<number> | readonly ArrayLike<number>[] | undefined;
  /** The id of the first position. */
  readonly addBos?: number | undefined;
  /** The id of the last position. */
  readonly addEos?: number | undefined;
  readonly project?: TextProjection | undefined;
  /** What single positions may become, the same in every text. */
  readonly allowed?: AllowedTokens | undefined;
}

/** As `SequenceProjection`, told as well which text it is: its number under the seed. */
export type TextProjection = (tokens: Int32Array, at: { text: number; stepsDone: number }) => Int32Array;

/** What a sequence is created from. */
export interface Text {
  /** Ids, `[length]`. */
  readonly template: Int32Array;
  readonly stream: RandomStream;
  readonly project: SequenceProjection | undefined;
  readonly allowed: AllowedTokens | undefined;
}

/** Checks the options and gives each text its template and its stream. Throws `usage`. */
export function prepareTexts(options: TextOptions, ids: { vocabSize: number; maskId: number }): Text[] {
  const { length, batch = 1, seed, sequenceOffset = 0, template = [], addBos, addEos, project } = options;
  checkInteger("length", length, 1);
  checkInteger("batch", batch, 1);
  checkInteger("seed", seed, 0);
  checkInteger("sequenceOffset", sequenceOffset, 0);
  if (addBos !== undefined) checkInteger("addBos", addBos, 0, ids.vocabSize - 1);
  if (addEos !== undefined) checkInteger("addEos", addEos, 0, ids.vocabSize - 1);
  const shared = isShared(template);
  if (!shared && template.length !== batch) {
    throw new SdttError(
      "usage",
      `A batch of ${batch} takes one template or ${batch}; got ${template.length}.`,
    );
  }
  const seeded = createStream(seed);
  return Array.from({ length: batch }, (_, i) => {
    const text = sequenceOffset + i;
    const filled = fillUp(shared ? template : template[i]!, length, ids);
    if (addBos !== undefined) place(filled, 0, addBos, ids.maskId);
    if (addEos !== undefined) place(filled, length - 1, addEos, ids.maskId);
    return {
      template: filled,
      stream: seeded.child(text),
      project: project && ((tokens, stepsDone) => project(tokens, { text, stepsDone })),
      allowed: options.allowed,
    };
  });
}

function isShared(template: ArrayLike<number> | readonly ArrayLike<number>[]): template is ArrayLike<number> {
  return template.length === 0 || typeof template[0] === "number";
}

function fillUp(
  template: ArrayLike<number>,
  length: number,
  { vocabSize, maskId }: { vocabSize: number; maskId: number },
): Int32Array {
  if (template.length > length) {
    throw new SdttError(
      "usage",
      `The template has ${template.length} ids, more than the length ${length}: shorten it or ask for a longer text.`,
    );
  }
  checkIds("template", template, vocabSize);
  const filled = new Int32Array(length).fill(maskId);
  filled.set(template);
  return filled;
}

function place(tokens: Int32Array, position: number, id: number, maskId: number): void {
  const present = tokens[position]!;
  if (present !== maskId && present !== id) {
    throw new SdttError(
      "usage",
      `Position ${position} cannot hold the id ${id}: the template has ${present} there. Put the mask there or drop the option.`,
    );
  }
  tokens[position] = id;
}
