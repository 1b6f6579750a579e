import type { DataType } from "@sdtt/core";
import { isCausal } from "@sdtt/models";
import type { ModelDescription } from "@sdtt/models";

/** The methods by which this project distils, as its runs name them. */
export const distillationMethods = ["sdtt", "idlm", "consistency"] as const;
export type DistillationMethod = (typeof distillationMethods)[number];

/** How the weights came to be. */
export type ModelOrigin =
  | { readonly kind: "trained"; /** What it read. */ readonly data: string }
  | {
      readonly kind: "distilled";
      /** A reference that can be loaded. */ readonly teacher: string;
      readonly data: string;
      /** How it was distilled; the card does not say unless given. */
      readonly method?: DistillationMethod | undefined;
    }
  | { readonly kind: "converted"; /** The file or reference that was converted. */ readonly source: string };

/** What the card of a checkpoint says. */
export interface ModelCard {
  /** Where it is pushed to: `organisation/name` and the branch. */
  readonly repo: string;
  readonly branch: string;
  readonly model: ModelDescription;
  /** Number of parameters. */
  readonly parameters: number;
  readonly dtype: DataType;
  /** Which of the weights of a training run these are. */
  readonly weights: "raw" | "ema";
  readonly origin: ModelOrigin;
  /** The settings of the run that made it, in the order in which to show them. */
  readonly settings?: Readonly<Record<string, string | number | boolean>>;
  /** Identifier of the Hub, such as `apache-2.0`. */
  readonly license?: string;
  /** Version of this software. */
  readonly version: string;
}

/** The text of `README.md`: front matter that the Hub reads, and how the checkpoint was made. */
export function writeModelCard(card: ModelCard): string {
  const { repo, branch, model, origin, license } = card;
  const { config } = model;
  const conditioned = isCausal(model) ? undefined : model.config;
  return [
    "---",
    ...(license === undefined ? [] : [`license: ${JSON.stringify(license)}`]),
    "library_name: sdtt",
    "pipeline_tag: text-generation",
    ...baseModel(origin),
    "tags:",
    ...[...(conditioned ? ["diffusion", "masked-diffusion"] : []), "language-model", model.family].map(
      (tag) => `  - ${tag}`,
    ),
    "---",
    "",
    `# ${branch === "main" ? repo : `${repo}, ${branch}`}`,
    "",
    `${kinds[model.family]} with ${card.parameters.toLocaleString("en-US")} parameters.`,
    "",
    "## How it was made",
    "",
    describeOrigin(origin, card.weights),
    "",
    ...table("setting", card.settings ?? {}),
    `Written by sdtt ${card.version}.`,
    "",
    "## The model",
    "",
    ...table("size", {
      [model.family === "gpt2" ? "vocabulary" : "vocabulary, mask included"]: config.vocabSize,
      "hidden size": config.hiddenSize,
      blocks: config.blockCount,
      "attention heads": config.headCount,
      ...(conditioned ? { "conditioning size": conditioned.conditionSize } : {}),
      "tokens trained on at a time": config.length,
      ...(conditioned ? { "time conditioning": conditioned.timeConditioning } : {}),
      ...(conditioned?.noiseSize === undefined ? {} : { "noise input": conditioned.noiseSize }),
      dtype: card.dtype,
    }),
    "## How to run it",
    "",
    "```sh",
    `npx sdtt sample --model hf:${repo}@${branch}`,
    "```",
    "",
    ...(origin.kind === "distilled" && origin.method ? [methods[origin.method], ""] : []),
  ].join("\n");
}

const methods: Readonly<Record<DistillationMethod, string>> = {
  sdtt: "The method is Self-Distillation Through Time, [arXiv 2410.21035](https://arxiv.org/abs/2410.21035).",
  idlm: "The method is inverse distillation: IDLM (ICML 2026), with the options of D-MMD ([arXiv 2603.20155](https://arxiv.org/abs/2603.20155)) where the settings name them.",
  consistency:
    "The method is consistency without a teacher, MPDC ([arXiv 2605.00161](https://arxiv.org/abs/2605.00161)).",
};

const kinds = {
  sdtt: "A masked diffusion language model of the SDTT family",
  mdlm: "A masked diffusion language model of the MDLM family",
  sedd: "A masked diffusion language model of the SEDD family",
  ar: "An autoregressive language model, to judge texts and to compare with,",
  gpt2: "An autoregressive language model of GPT-2's architecture",
} as const;

/** The Hub shows the line from model to model; only its own names fit there. */
function baseModel(origin: ModelOrigin): string[] {
  const reference =
    origin.kind === "distilled" ? origin.teacher : origin.kind === "converted" ? origin.source : "";
  const repo = /^(?:hf:)?([A-Za-z0-9][\w.-]*\/[\w.-]+)(?:@.*)?$/.exec(reference)?.[1];
  return repo === undefined ? [] : [`base_model: ${JSON.stringify(repo)}`];
}

function describeOrigin(origin: ModelOrigin, weights: "raw" | "ema"): string {
  const average =
    weights === "ema" ? "These are the exponential moving averages of the weights" : "These are the weights";
  switch (origin.kind) {
    case "trained":
      return `${average} after training from scratch on ${origin.data}.`;
    case "distilled":
      return `${average} of a student that was distilled from \`${origin.teacher}\` on ${origin.data}.`;
    case "converted":
      return `${average} of \`${origin.source}\`, converted and not trained further.`;
  }
}

function table(title: string, rows: Readonly<Record<string, string | number | boolean>>): string[] {
  const entries = Object.entries(rows);
  if (entries.length === 0) return [];
  const cell = (value: string | number | boolean): string =>
    String(value).replaceAll("|", "\\|").replaceAll(/\s+/g, " ");
  return [
    `| ${title} | value |`,
    "| --- | --- |",
    ...entries.map(([name, value]) => `| ${cell(name)} | ${cell(value)} |`),
    "",
  ];
}
