import { everywhere, inOrder, literally, strip, tightenPairs } from "./replacements.ts";
import type { Rule } from "./replacements.ts";

/*
 * Published corpora of language modelling come as words and marks with spaces between. These functions make text of them
 * again, exactly as the evaluation of MDLM and SDTT does (`dataloader.py` of MDLM): its perplexities are of these texts. The
 * order of rules counts, and what looks wrong is what that code does.
 */

/** Wikitext's marks: ` @-@ ` inside numbers, ` , ` between words, `= =` around titles. */
const wikitext = inOrder([
  literally("s '", "s'"),
  // The slashes are part of the pattern, and the replacement is no pattern.
  everywhere(/\/' [0-9]\//g, "/'[0-9]/"),
  literally(" @-@ ", "-"),
  literally(" @,@ ", ","),
  literally(" @.@ ", "."),
  ...[":", ";", ".", "!", "?", ","].map((mark) => literally(` ${mark} `, `${mark} `)),
  tightenPairs("(", ")"),
  tightenPairs("[", "]"),
  tightenPairs("{", "}"),
  tightenPairs('"', '"'),
  tightenPairs("'", "'"),
  literally("= = = =", "===="),
  literally("= = =", "==="),
  literally("= =", "=="),
  literally(" ° ", "°"),
  literally(" \n", "\n"),
  literally("\n ", "\n"),
  literally(" N ", " 1 "),
  literally(" 's", "'s"),
]);

/** Penn Treebank's: numbers are `N` and rare words `<unk>`. */
const pennTreebank = inOrder([
  literally(" 's", "'s"),
  literally("s ' ", "s' "),
  literally(" n't", "n't"),
  literally(" \n ", "\n"),
  literally("\\/", "/"),
  // Neighbours share a space, which one pass changes only on one side.
  ...Array.from({ length: 10 }, () => literally(" N ", " 1 ")),
  literally("$ 1", "$1"),
  literally("# 1", "#1"),
  literally("<unk>", "?"),
]);

/** The word characters of Python's patterns. */
const word = String.raw`[\p{L}\p{N}_]`;

/** Of the One Billion Word Benchmark. */
const billionWords = inOrder([
  literally("http : / / ", "http://"),
  literally("https : / / ", "https://"),
  everywhere(new RegExp(` '(${word}+)`, "gu"), "'$1"),
  everywhere(new RegExp(` (${word}+) \\. `, "gu"), " $1. "),
  // Python's `$` also matches before a line feed at the end.
  everywhere(new RegExp(` (${word}+) \\.(?=\n?$)`, "gu"), " $1."),
  literally(" ? ", "? "),
  everywhere(/ \?(?=\n?$)/g, "?"),
  literally(" ! ", "! "),
  everywhere(/ !(?=\n?$)/g, "!"),
  ...[",", ":", ";"].map((mark) => literally(` ${mark} `, `${mark} `)),
  literally(" / ", "/"),
  everywhere(/" ([^"]+) "/g, '"$1"'),
  everywhere(/' ([^']+) '/g, "'$1'"),
  everywhere(/\( ([^()]+) \)/g, "($1)"),
  everywhere(/\[ ([^[\]]+) \]/g, "[$1]"),
  literally("$ ", "$"),
  literally("£ ", "£"),
]);

const lambada = inOrder([literally("“", '"'), literally("”", '"'), (text) => `\n${strip(text)}`]);

const scientificPapers = inOrder([wikitext, billionWords]);

export type DetokenizerName = "wikitext" | "ptb" | "lm1b" | "lambada" | "scientific_papers";

/** Pure functions from a document as it is published to its text. Of AG News and OpenWebText the documents are texts already. */
export const detokenizers: Readonly<Record<DetokenizerName, Rule>> = {
  wikitext,
  ptb: pennTreebank,
  lm1b: billionWords,
  lambada,
  scientific_papers: scientificPapers,
};
