/** A corpus that a model is measured on without having been trained on it. */
export interface ZeroShotSet {
  readonly name: string;
  readonly title: string;
  /** Where it is on the Hub, as @sdtt/hub reads it: `hf:organisation/name/config:split`. */
  readonly data: string;
  /** The column that holds the text. */
  readonly field: string;
  /** What makes text of the published words again, by its name in @sdtt/data; none for what is text already. */
  readonly detokenizer?: "ptb" | "wikitext" | "lm1b" | "lambada" | "scientific_papers";
}

/**
 * The corpora of MDLM's table of zero-shot perplexities (arXiv 2406.07524), with the splits, columns and detokenizers of its
 * evaluation: the validation split, and `test` of those that have no other.
 */
export const zeroShotSets: readonly ZeroShotSet[] = [
  {
    name: "ptb",
    title: "PTB",
    data: "hf:ptb-text-only/ptb_text_only:validation",
    field: "sentence",
    detokenizer: "ptb",
  },
  {
    name: "wikitext",
    title: "Wikitext-103",
    data: "hf:Salesforce/wikitext/wikitext-103-raw-v1:validation",
    field: "text",
    detokenizer: "wikitext",
  },
  {
    name: "lm1b",
    title: "LM1B",
    data: "hf:billion-word-benchmark/lm1b:test",
    field: "text",
    detokenizer: "lm1b",
  },
  {
    name: "lambada",
    title: "LAMBADA",
    data: "hf:EleutherAI/lambada_openai/default:test",
    field: "text",
    detokenizer: "lambada",
  },
  { name: "ag_news", title: "AG News", data: "hf:fancyzhx/ag_news:test", field: "text" },
  {
    name: "pubmed",
    title: "PubMed",
    data: "hf:armanc/scientific_papers/pubmed:validation",
    field: "article",
    detokenizer: "scientific_papers",
  },
  {
    name: "arxiv",
    title: "arXiv",
    data: "hf:armanc/scientific_papers/arxiv:validation",
    field: "article",
    detokenizer: "scientific_papers",
  },
];
