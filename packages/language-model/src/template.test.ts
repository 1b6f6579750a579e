import { loadGpt2Tokenizer } from "@sdtt/tokenizer";
import { describe, expect, test } from "vitest";
import { encodeTemplate, parseTemplate } from "./template.ts";
import type { Template } from "./template.ts";

const tokenizer = await loadGpt2Tokenizer();

test("gaps of one and of many stand between words", () => {
  expect(parseTemplate("The <mask:4> sat<mask>.")).toEqual(["The ", { mask: 4 }, " sat", { mask: 1 }, "."]);
  expect(parseTemplate("<mask:2>")).toEqual([{ mask: 2 }]);
});

test("a text without a gap, and a gap of no width, are refused", () => {
  expect(() => parseTemplate("nothing to do")).toThrow("no gap");
  expect(() => parseTemplate("a <mask:0> b")).toThrow("<mask:0> at character 2");
});

test("gaps become mask ids, words their own", () => {
  const { ids, allowed } = encodeTemplate(parseTemplate("Hello<mask:2> world"), tokenizer);
  expect([...ids]).toEqual([15496, 50257, 50257, 995]);
  expect(allowed.size).toBe(0);
});

describe("words around gaps are encoded as in running text", () => {
  /** The tokens, `_` for a gap's, and the positions that are held to a space. */
  const shown = (text: Template, goesOn = false) => {
    const { ids, allowed, rest } = encodeTemplate(text, tokenizer, { goesOn });
    for (const set of allowed.values()) expect(set).toBe(tokenizer.encodeOpen("a ").next);
    return [Array.from(ids, (id) => tokenizer.decode([id], { mask: "_" })), [...allowed.keys()], rest];
  };
  const cases: [text: Template | string, tokens: string[], held: number[]][] = [
    ["The <mask:2> sat on the <mask>.", ["The", "_", "_", " sat", " on", " the", "_", "."], [1, 6]],
    [" <mask:2>.", ["_", "_", "."], [0]],
    ["<mask> <mask>", ["_", "_"], [1]],
    ["a <mask><mask>b", ["a", "_", "_", "b"], [1]],
    ["a  <mask>", ["a", " ", "_"], [2]],
    ["a\n<mask>", ["a", "\n", "_"], []],
    ["a\n\n<mask>", ["a", "\n", "\n", "_"], []],
    ["a\n <mask>", ["a", "\n", "_"], [2]],
    ["a\t<mask>", ["a", "\t", "_"], []],
    ["a\u00A0<mask>", ["a", "\u00A0", "_"], []],
    // The template ends here: the space is its last token.
    ["<mask> a ", ["_", " a", " "], []],
    [["The ", "cat", { mask: 1 }, " s", "at"], ["The", " cat", "_", " sat"], []],
    [["a ", { mask: 0 }, "b"], ["a", " b"], []],
  ];
  for (const [text, tokens, held] of cases) {
    test(JSON.stringify(text), () => {
      const template = typeof text === "string" ? parseTemplate(text) : text;
      expect(shown(template)).toEqual([tokens, held, ""]);
    });
  }

  test("what continues after a space at the end is held to it", () => {
    expect(shown(["It was "], true)).toEqual([["It", " was"], [2], " "]);
    expect(shown(["It was"], true)).toEqual([["It", " was"], [], ""]);
    expect(shown(["It was "])).toEqual([["It", " was", " "], [], ""]);
    expect(shown([" "], true)).toEqual([[], [0], " "]);
  });
});
