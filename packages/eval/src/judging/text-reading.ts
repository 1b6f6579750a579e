import { SdttError } from "@sdtt/core";
import type { Tokenizer } from "@sdtt/tokenizer";
import { checkSamples, textsOf } from "../samples.ts";
import type { JudgeTexts, Reading } from "./reading.ts";

export interface TextReadingOptions {
  /** Of the model that wrote the ids. */
  readonly model: Pick<Tokenizer, "decode" | "endOfTextId">;
  readonly judge: Pick<Tokenizer, "encode" | "endOfTextId">;
  /** The most tokens that the judge reads (`CausalModel.maxLength`): what is after them is cut off. No end unless given. */
  readonly maxLength?: number;
}

export const textProtocol =
  "decoded and encoded again by the judge's tokenizer, tokens up to and with the first end-of-text, as many as the judge reads";

/**
 * The protocol of MDLM's code: a text is decoded and encoded again by the judge's tokenizer, and only what it has up to its
 * first end-of-text token counts, that token included. The end-of-text token that a text begins with is not an end: it
 * stays, as the judge's own. Texts in which nothing is left are left out.
 */
export function textReading({ model, judge, maxLength = Infinity }: TextReadingOptions): Reading {
  const endOfText = judge.endOfTextId === undefined ? [] : [judge.endOfTextId];

  function readOne(ids: Int32Array): number[] {
    const { endOfTextId } = model;
    const start = ids[0] === endOfTextId ? 1 : 0;
    const found = endOfTextId === undefined ? -1 : ids.indexOf(endOfTextId, start);
    const end = found < 0 ? ids.length : found;
    const tokens = judge.encode(model.decode(ids.subarray(start, end)), { specialTokens: "text" });
    return [...(start > 0 ? endOfText : []), ...tokens, ...(found < 0 ? [] : endOfText)].slice(0, maxLength);
  }

  return {
    name: "text",
    protocol: textProtocol,
    read(samples) {
      checkSamples(samples);
      return joinTexts(textsOf(samples).map(readOne));
    },
  };
}

function joinTexts(all: readonly number[][]): JudgeTexts {
  const texts = all.filter((ids) => ids.length > 0);
  if (texts.length === 0) {
    throw new SdttError("usage", `None of ${all.length} texts has a token up to its first end-of-text.`);
  }
  const length = texts.reduce((longest, ids) => Math.max(longest, ids.length), 0);
  const tokens = new Int32Array(texts.length * length);
  texts.forEach((ids, i) => tokens.set(ids, i * length));
  return { tokens, batch: texts.length, length, lengths: Int32Array.from(texts, (ids) => ids.length) };
}
