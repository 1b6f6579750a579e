import { loadGpt2Tokenizer } from "@sdtt/tokenizer";
import type { Tokenizer } from "@sdtt/tokenizer";
import { expect, test } from "vitest";
import { measureTextFit } from "./text-fit.ts";

const english =
  "All human beings are born free and equal in dignity and rights. They are endowed with reason and conscience and should act towards one another in a spirit of brotherhood. ";
const texts: [name: string, text: string, suits: boolean][] = [
  ["English", english, true],
  [
    "a story",
    'It was late, and nobody had come. "Well," said the old man, "we\'ll wait a little, won\'t we?" She didn\'t answer him. ',
    true,
  ],
  [
    "French",
    "Tous les êtres humains naissent libres et égaux en dignité et en droits. Ils sont doués de raison et de conscience. ",
    false,
  ],
  ["Chinese", "人人生而自由,在尊严和权利上一律平等。他们赋有理性和良心。", false],
  ["HTML", '<div class="a-b1"><td style="x:0"><a href="/p?q=1&r=2"><b>1</b></a></td>\n</div>', false],
  ["code", "for(i=0;i<n;i++){a[i]=b[i-1]+(c>>2);if(!a[i]){p(x,y);}}\n", false],
];

function fit(text: string, tokenizer: Tokenizer) {
  const repeated = text.repeat(Math.ceil(20_000 / text.length));
  return measureTextFit(
    { characters: repeated.length, tokens: tokenizer.encode(repeated).length },
    tokenizer,
  );
}

test.each(texts)("%s under GPT-2's tokenizer", async (_, text, suits) => {
  expect(fit(text, await loadGpt2Tokenizer()).suits).toBe(suits);
});

test("a few words are no sample", async () => {
  const tokenizer = await loadGpt2Tokenizer();
  expect(measureTextFit({ characters: 900, tokens: 900 }, tokenizer)).toMatchObject({
    charactersPerToken: 1,
    suits: true,
  });
});
