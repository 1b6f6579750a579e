import { createTokenizer, trainBytePairEncoding } from "@sdtt/tokenizer";
import * as fc from "fast-check";
import { expect, test } from "vitest";
import { createChoiceWriter } from "./choice-writer.ts";
import type { TextToken } from "./logprobs.ts";

/** Bytes and the end of a text, id 256: characters of several bytes come in pieces. */
const tokenizer = createTokenizer(await trainBytePairEncoding({ texts: [], vocabSize: 257 }));
const end = tokenizer.endOfTextId!;

interface Wish {
  readonly stops: readonly string[];
  readonly rest: string;
  readonly ignoreEos: boolean;
}

interface SlowText {
  readonly text: string;
  readonly reason: string;
  readonly tokens: readonly TextToken[];
}

/** All at once: decode up to the end of text, look at each longer beginning whether it ends with a stop sequence. */
function slowText(ids: readonly number[], { stops, rest, ignoreEos }: Wish): SlowText {
  const closing = ignoreEos ? -1 : ids.indexOf(end);
  const written = closing >= 0 ? ids.slice(0, closing) : ids;
  const whole = joinDocuments(written, tokenizer.decode).slice(rest.length).replace(/^\n\n/, "");
  let [text, reason] = [whole, closing >= 0 ? "stop" : "length"];
  for (let length = 1; length <= whole.length && text === whole; length++) {
    const begun = whole.slice(0, length);
    const [stop] = stops.filter((stop) => begun.endsWith(stop)).toSorted((a, b) => b.length - a.length);
    if (stop) [text, reason] = [begun.slice(0, -stop.length), "stop"];
  }
  const tokens = written.flatMap((id, i) => {
    if (id === end) return [];
    // A letter of the text instead of the token: what stands before it is before the token.
    const marked = joinDocuments([...written.slice(0, i), ...tokenizer.encode("#")], decodeWhole);
    const before = marked.slice(0, -1);
    const separator = before === `${rest}\n\n` ? 2 : 0;
    return { id, logProb: -1 - i, offset: Array.from(before).length - rest.length - separator };
  });
  return { text, reason, tokens: tokens.filter(({ offset }) => offset < Array.from(text).length) };
}

/** The documents of ids, those that are not empty, an empty line between them. */
function joinDocuments(ids: readonly number[], decode: (ids: number[]) => string): string {
  const documents: number[][] = [[]];
  for (const id of ids) {
    if (id === end) documents.push([]);
    else documents.at(-1)!.push(id);
  }
  return documents
    .map((document, i) => (i < documents.length - 1 ? tokenizer.decode(document) : decode(document)))
    .filter((text) => text !== "")
    .join("\n\n");
}

/** The text of ids, and of a last one that is `#`, without a character that is not whole before it. */
function decodeWhole(ids: readonly number[]): string {
  const bytes = Uint8Array.from(ids.slice(0, -1).flatMap((id) => [...tokenizer.tokenBytes(id)]));
  return `${new TextDecoder("utf-8", { ignoreBOM: true }).decode(bytes, { stream: true })}#`;
}

test("the pieces join to the whole text and its tokens, in whatever order the tokens come", () => {
  const id = fc.oneof(
    { weight: 20, arbitrary: fc.constantFrom(...tokenizer.encode("aab€😀")) },
    { weight: 1, arbitrary: fc.nat(256) },
  );
  const stop = fc
    .array(fc.constantFrom("a", "b", "€", "😀"), { minLength: 1, maxLength: 4 })
    .map((parts) => parts.join(""));
  fc.assert(
    fc.property(
      fc.array(id, { minLength: 1, maxLength: 20 }),
      fc.record({
        stops: fc.array(stop, { maxLength: 3 }),
        rest: fc.constantFrom("", "a"),
        ignoreEos: fc.boolean(),
      }),
      fc.nat(5),
      fc.infiniteStream(fc.nat()),
      (drawn, wish, begin, order) => {
        const ids = [...tokenizer.encode(wish.rest), ...drawn];
        const writer = createChoiceWriter({ tokenizer, begin, end: begin + ids.length, ...wish });
        // Positions around the completion are revealed as well, and are no part of it.
        const around = [...Array(begin).keys(), begin + ids.length];
        const keys = new Map([...ids.keys()].map((i) => [i + begin, order.next().value as number]));
        const positions = [...around, ...[...keys.keys()].toSorted((a, b) => keys.get(a)! - keys.get(b)!)];
        let text = "";
        const tokens: TextToken[] = [];
        for (const position of positions) {
          if (writer.finishReason) break;
          text += writer.push({
            positions: Int32Array.of(position),
            ids: Int32Array.of(ids[position - begin] ?? 97),
            logProbs: Float32Array.of(begin - 1 - position),
          });
          tokens.push(...writer.takeTokens());
        }
        expect({ text, reason: writer.finishReason, tokens }).toEqual(slowText(ids, wish));
      },
    ),
    { seed: 4, numRuns: 2000 },
  );
});
