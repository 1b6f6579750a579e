import { loadGpt2Tokenizer } from "@sdtt/tokenizer";
import { expect, test } from "vitest";
import { encodeTemplate, parseTemplate } from "./template.ts";

test("gaps of one and of many stand between words", () => {
  expect(parseTemplate("The <mask:4> sat<mask>.")).toEqual(["The ", { mask: 4 }, " sat", { mask: 1 }, "."]);
  expect(parseTemplate("<mask:2>")).toEqual([{ mask: 2 }]);
});

test("a text without a gap, and a gap of no width, are refused", () => {
  expect(() => parseTemplate("nothing to do")).toThrow("no gap");
  expect(() => parseTemplate("a <mask:0> b")).toThrow("<mask:0> at character 2");
});

test("gaps become mask ids, words their own", async () => {
  const tokenizer = await loadGpt2Tokenizer();
  const ids = encodeTemplate(parseTemplate("Hello<mask:2> world"), tokenizer);
  expect([...ids]).toEqual([15496, 50257, 50257, 995]);
});
