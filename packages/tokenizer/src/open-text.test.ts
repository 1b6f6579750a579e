import { describe, expect, test } from "vitest";
import { loadGpt2Tokenizer } from "./gpt2/load.ts";
import { createTokenizer } from "./tokenizer.ts";
import { trainBytePairEncoding } from "./train/train.ts";

const gpt2 = await loadGpt2Tokenizer();
const tokensOf = (ids: Iterable<number>) => Array.from(ids, (id) => gpt2.decode([id]));

describe("white space at the end is what it is before a word", () => {
  const cases: [text: string, tokens: string[], rest: string][] = [
    ["The", ["The"], ""],
    ["The ", ["The"], " "],
    ["The  ", ["The", " "], " "],
    ["The   ", ["The", " ", " "], " "],
    [" ", [], " "],
    ["", [], ""],
    ["The\n", ["The", "\n"], ""],
    ["The\n\n", ["The", "\n", "\n"], ""],
    ["The\n ", ["The", "\n"], " "],
    ["The\t", ["The", "\t"], ""],
    ["“The ", ["\uFFFD", "\uFFFD", "The"], " "],
    ["<|endoftext|> ", ["<|endoftext|>"], " "],
  ];
  for (const [text, tokens, rest] of cases) {
    test(JSON.stringify(text), () => {
      const open = gpt2.encodeOpen(text);
      expect(tokensOf(open.ids)).toEqual(tokens);
      expect(open.rest).toBe(rest);
      // The slow twin: the ids of the text with a word after it, without that word's token.
      expect([...open.ids]).toEqual([...gpt2.encode(`${text}the`)].slice(0, text.endsWith("The") ? 1 : -1));
    });
  }

  test("Unicode's spaces, which no word brings along, stay tokens of their own", () => {
    for (const space of ["\u00A0", "\u2009", "\u3000", "\u0085"]) {
      const { ids, rest } = gpt2.encodeOpen(`The${space}`);
      expect(gpt2.decode(ids)).toBe(`The${space}`);
      expect(rest).toBe("");
      expect([...ids]).toEqual([...gpt2.encode(`The${space}the`)].slice(0, -1));
    }
  });
});

test("what may follow are the tokens that begin with it, and no other", () => {
  const { next } = gpt2.encodeOpen("The ");
  expect(next).toHaveLength(gpt2.vocabSize + 1);
  for (let id = 0; id < gpt2.vocabSize; id++) {
    expect(next![id], String(id)).toBe(gpt2.tokenBytes(id)[0] === 0x20 ? 1 : 0);
  }
  expect(next![gpt2.maskId]).toBe(0);
});

test("where no token begins with a space and continues, the space is its own", async () => {
  const bytes = createTokenizer(await trainBytePairEncoding({ texts: [], vocabSize: 257 }));
  expect(bytes.encodeOpen("a ")).toEqual({ ids: bytes.encode("a "), rest: "", next: undefined });
});

test("a small vocabulary without the commonest word has its own", async () => {
  const json = await trainBytePairEncoding({ texts: ["zu zu zu zu"], vocabSize: 259 });
  const small = createTokenizer(json);
  const { ids, rest } = small.encodeOpen("zu ");
  expect([small.decode(ids), rest]).toEqual(["zu", " "]);
});

test("a space that is put before every text is not put before what continues another", async () => {
  const json = await trainBytePairEncoding({ texts: ["the cat the cat"], vocabSize: 266 });
  const prefixing = createTokenizer({
    ...json,
    pre_tokenizer: { ...json.pre_tokenizer, add_prefix_space: true },
  });
  const plain = createTokenizer(json);
  expect(prefixing.decode(prefixing.encode("the cat"))).toBe(" the cat");
  for (const text of ["the cat", " the cat", ".", "<|endoftext|>the", ""]) {
    expect(prefixing.encode(text, { continues: true }).slice(0, 1)).toEqual(plain.encode(text).slice(0, 1));
  }
  expect(prefixing.decode(prefixing.encode("the cat", { continues: true }))).toBe("the cat");
});
