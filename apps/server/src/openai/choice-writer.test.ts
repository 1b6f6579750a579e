import { createTokenizer, trainBytePairEncoding } from "@sdtt/tokenizer";
import * as fc from "fast-check";
import { expect, test } from "vitest";
import { createChoiceWriter } from "./choice-writer.ts";

/** Bytes and the end of a text, id 256: characters of several bytes come in pieces. */
const tokenizer = createTokenizer(await trainBytePairEncoding({ texts: [], vocabSize: 257 }));
const end = tokenizer.endOfTextId!;

interface Wish {
  readonly stops: readonly string[];
  readonly rest: string;
  readonly ignoreEos: boolean;
}

/** All at once: decode up to the end of text or join the documents, drop what the prompt has, cut before a stop sequence. */
function slowText(
  ids: readonly number[],
  { stops, rest, ignoreEos }: Wish,
): { text: string; reason: string } {
  const closing = ignoreEos ? -1 : ids.indexOf(end);
  const documents: number[][] = [[]];
  for (const id of closing >= 0 ? ids.slice(0, closing) : ids) {
    if (id === end) documents.push([]);
    else documents.at(-1)!.push(id);
  }
  const texts = documents.map((document) => tokenizer.decode(document));
  const first = texts.findIndex((text) => text !== "");
  if (first >= 0) texts[first] = texts[first]!.slice(rest.length);
  const text = texts.filter((text) => text !== "").join("\n\n");
  const stop = Math.min(...stops.map((stop) => text.indexOf(stop)).filter((place) => place >= 0), Infinity);
  if (stop < Infinity) return { text: text.slice(0, stop), reason: "stop" };
  return { text, reason: closing >= 0 ? "stop" : "length" };
}

test("the pieces join to the whole text, in whatever order the tokens come", () => {
  const id = fc.oneof(
    { weight: 20, arbitrary: fc.constantFrom(...tokenizer.encode("aab€")) },
    { weight: 1, arbitrary: fc.nat(256) },
  );
  const stop = fc
    .array(fc.constantFrom("a", "b", "€"), { minLength: 1, maxLength: 4 })
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
      (ids, wish, begin, order) => {
        const writer = createChoiceWriter({ tokenizer, begin, end: begin + ids.length, ...wish });
        // Positions around the completion are revealed as well, and are no part of it.
        const around = [...Array(begin).keys(), begin + ids.length];
        const keys = new Map([...ids.keys()].map((i) => [i + begin, order.next().value as number]));
        const positions = [...around, ...[...keys.keys()].toSorted((a, b) => keys.get(a)! - keys.get(b)!)];
        let text = "";
        for (const position of positions) {
          if (writer.finishReason) break;
          text += writer.push({
            positions: Int32Array.of(position),
            ids: Int32Array.of(ids[position - begin] ?? 97),
          });
        }
        expect({ text, reason: writer.finishReason }).toEqual(slowText(ids, wish));
      },
    ),
    { seed: 4, numRuns: 2000 },
  );
});
