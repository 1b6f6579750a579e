import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { createTokenizer } from "../tokenizer.ts";

/** Made by `fixtures/make-oracle.py` with Hugging Face's tokenizers. */
const oracle = JSON.parse(
  readFileSync(new URL("../../fixtures/oracle.json", import.meta.url), "utf8"),
) as Oracle;

test.each(oracle.variants)("encodes and decodes as Hugging Face's tokenizers: $name", ({ patch, cases }) => {
  const tokenizer = createTokenizer({
    ...oracle.base,
    ...patch,
    model: { ...oracle.base.model, ...patch.model },
  });
  for (const wanted of cases) {
    expect({
      text: wanted.text,
      ids: [...tokenizer.encode(wanted.text)],
      idsAsText: [...tokenizer.encode(wanted.text, { specialTokens: "text" })],
      decoded: tokenizer.decode(wanted.ids),
      withoutSpecial: tokenizer.decode(wanted.ids, { specialTokens: "drop" }),
    }).toEqual(wanted);
  }
});

interface Oracle {
  base: { model: object };
  variants: { name: string; patch: { model?: object }; cases: Case[] }[];
}

interface Case {
  text: string;
  ids: number[];
  idsAsText: number[];
  decoded: string;
  withoutSpecial: string;
}
