import { SdttError } from "@sdtt/core";
import { expect, test } from "vitest";
import { createTokenizer } from "../tokenizer.ts";
import { readTokenizerJson } from "./read.ts";
import { writeTokenizerJson } from "./write.ts";

const good = writeTokenizerJson([68, 69, 256, 70], ["<|endoftext|>"]);
const { model, pre_tokenizer: byteLevel } = good;
const [end] = good.added_tokens;

test("merges may be written as pairs or as text, in an object or in a file's text", () => {
  const read = readTokenizerJson(good);
  const asText = { ...good, model: { ...model, merges: model.merges.map((pair) => pair.join(" ")) } };
  expect(readTokenizerJson(asText).merges).toEqual(read.merges);
  expect(readTokenizerJson(JSON.stringify(good)).tokens).toEqual(read.tokens);
  expect([...read.merges]).toEqual([68, 69, 256, 256, 70, 257]);
});

test("tokens named like members of Object are tokens", () => {
  const vocab = Object.fromEntries([
    ...Object.entries(model.vocab),
    ["__proto__", 258],
    ["constructor", 259],
  ]);
  const read = readTokenizerJson({ ...good, model: { ...model, vocab }, added_tokens: [] });
  expect(Buffer.from(read.tokens[258]!).toString()).toBe("__proto__");
  expect(read.tokens).toHaveLength(260);
});

test("a sequence of none or of one is what it says", () => {
  const nothing = { type: "Sequence", normalizers: [], pretokenizers: [], decoders: [], processors: [] };
  const nested = (part: object): object => {
    const inner = { type: "Sequence", normalizers: [part], pretokenizers: [part], decoders: [part] };
    return { type: "Sequence", normalizers: [inner], pretokenizers: [inner], decoders: [inner] };
  };
  const plain = createTokenizer({ ...good, normalizer: nothing, decoder: nothing, post_processor: nothing });
  expect(plain.decode(plain.encode("e\u0301"))).toBe("e\u0301");
  const composed = createTokenizer({
    ...good,
    normalizer: nested({ type: "NFC" }),
    pre_tokenizer: nested(byteLevel),
    decoder: nested(good.decoder),
  });
  expect(composed.decode(composed.encode("e\u0301"))).toBe("\u00e9");
  expect(refusal({ ...good, pre_tokenizer: nothing }).message).toContain("found nothing");
});

const withModel = (change: object): object => ({ ...good, model: { ...model, ...change } });
const withSequence = (...pretokenizers: object[]): object => ({
  ...good,
  pre_tokenizer: { type: "Sequence", pretokenizers },
});
const split = (source: string): object => ({
  type: "Split",
  pattern: { Regex: source },
  behavior: "Isolated",
});

test.each<[string, unknown, string]>([
  ["text that is no JSON", "{", "it does not parse as JSON"],
  ["nothing", null, "the file: Invalid input: expected object, received null; found null"],
  [
    "another model",
    withModel({ type: "WordPiece" }),
    'model.type: Invalid input: expected "BPE"; found "WordPiece"',
  ],
  ["no merges", withModel({ merges: undefined }), "model.merges: Invalid input: expected array"],
  ["suffixes", withModel({ end_of_word_suffix: "</w>" }), "model.end_of_word_suffix: expected null"],
  [
    "a list as vocabulary",
    withModel({ vocab: ["a"] }),
    'model.vocab: expected an object of token to id; found ["a"]',
  ],
  ["an id that is text", withModel({ vocab: { a: "0" } }), 'model.vocab has "0" as the id of "a"'],
  ["a gap", withModel({ vocab: { ...model.vocab, x: 999 } }), "must have the ids 0 to 258, each once"],
  ["an id twice", { ...good, added_tokens: [{ ...end, id: 7 }] }, '"<|endoftext|>" has 7'],
  [
    "a byte missing",
    { ...withModel({ vocab: {}, merges: [] }), added_tokens: [] },
    'model.vocab lacks "Ā", the symbol of byte 0',
  ],
  ["an unknown merge", withModel({ merges: ["e f", "q z"] }), "model.merges.1: expected two tokens"],
  ["a merge of three", withModel({ merges: ["e f g"] }), 'found "e f g"'],
  ["a merge that is no pair", withModel({ merges: [5] }), "model.merges.0: expected two tokens"],
  ["another pre-tokenizer", { ...good, pre_tokenizer: { type: "Metaspace" } }, "pre_tokenizer"],
  ["no pre-tokenizer", { ...good, pre_tokenizer: null }, "pre_tokenizer"],
  ["no ByteLevel", withSequence(split("a")), "expected one ByteLevel, in the last place; found Split"],
  [
    "a broken pattern",
    withSequence(split("(a"), byteLevel),
    'pre_tokenizer: the pattern "(a" cannot be used: Unclosed group',
  ],
  [
    "a pattern with what is not available",
    withSequence(split(String.raw`a\Kb`), byteLevel),
    String.raw`\K (keep) is not available`,
  ],
  ["a decoder", { ...good, decoder: { type: "Metaspace" } }, "decoder.type"],
  [
    "another normalizer in a sequence",
    { ...good, normalizer: { type: "Sequence", normalizers: [{ type: "Strip" }] } },
    "normalizer.normalizers.0.type",
  ],
  ["a normalizer", { ...good, normalizer: { type: "Lowercase" } }, "normalizer.type"],
  ["single words", { ...good, added_tokens: [{ ...end, single_word: true }] }, "added_tokens.0.single_word"],
])("%s: refused in one line that says where", (_, json, message) => {
  const error = refusal(json);
  expect(error).toBeInstanceOf(SdttError);
  expect(error.code).toBe("format");
  expect(error.message).toContain(message);
  expect(error.message).not.toContain("\n");
});

function refusal(json: unknown): SdttError {
  try {
    readTokenizerJson(json);
  } catch (error) {
    return error as SdttError;
  }
  throw new Error("It was read.");
}
