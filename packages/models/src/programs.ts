import type { Nucleus } from "@sdtt/core";
import { input, serialize } from "@sdtt/graph";
import type { Program, SerializeOptions, Weights } from "@sdtt/graph";
import { tokenCount } from "./config.ts";
import type { DitConfig, HeadConfig } from "./config.ts";
import { ditHidden } from "./dit.ts";
import { noiseInput } from "./embed-tokens.ts";
import { drawTokens } from "./draw.ts";
import { allLogits, logProbsOf, seddLogScore, subsLogProbs, tokenLogits } from "./heads.ts";
import type { HeadOptions } from "./heads.ts";
import { createParameterSource, declareParameters } from "./parameter-source.ts";
import type { ComputeType } from "./parameter-source.ts";
import { headParameters } from "./parameters.ts";

export interface ModelProgramOptions {
  readonly config: DitConfig;
  readonly weights: Weights;
  /** What the blocks' products and attention are computed in; float32 unless given. For int8, `blockMatrices` are quantised weights. */
  readonly matrixDtype?: ComputeType | undefined;
  /** Fused operators to be written in simpler ones, by name. */
  readonly decompose?: SerializeOptions["decompose"];
}

/** What a program over hidden rows needs to know of its model. */
export interface HeadProgramOptions {
  readonly config: HeadConfig;
  readonly weights: Weights;
}

/**
 * The network up to its hidden rows. Inputs: `tokens` int64 `[batch, length]`, `rows` int64 `[rows]` and, for
 * time-conditioned models, `sigma` float32 `[batch]`; for those with a noise input, `noise` float32 `[batch, noiseSize]`. Output:
 * `hidden` float32 `[rows, hidden]`.
 */
export function backboneProgram(options: ModelProgramOptions): Program {
  const { config, weights, matrixDtype, decompose } = options;
  const hidden = ditHidden({
    config,
    parameters: createParameterSource({ config, weights, matrixDtype }),
    tokens: input("tokens", "int64", ["batch", "length"]),
    rows: input("rows", "int64", ["rows"]),
    ...(config.timeConditioning ? { sigma: input("sigma", "float32", ["batch"]) } : {}),
    noise: noiseInput(config, "batch"),
  });
  return serialize({ outputs: { hidden }, weights, decompose, name: "backbone" });
}

/** Which inputs a draw takes beside `hidden` and `uniforms`. What is not asked for is not computed. */
export interface DrawVariant {
  /** Adds `temperature`, float32 `[1]`. */
  readonly temperature: boolean;
  /** Adds `top_k`, int64 `[1]`, and `top_p`, float64 `[1]`. */
  readonly filter: boolean;
  /** What `top_p` keeps; `reach` unless given. */
  readonly nucleus?: Nucleus | undefined;
  /** Adds `allowed`, bool `[1, tokens]`, without the mask: the only tokens that are drawn. */
  readonly allowed: boolean;
  /** Adds the output `entropies`, float32 `[rows]`: of the whole distribution after the temperature, or of what top-p keeps of it. */
  readonly entropies?: "whole" | "top-p" | undefined;
}

/**
 * From hidden rows to drawn tokens. Inputs: `hidden` float32 `[rows, hidden]`, `uniforms` float64 `[rows]`, and those
 * of the variant. Outputs: `ids` int64 `[rows]`, `log_probs` float32 `[rows]`, of the model's whole distribution.
 */
export function drawProgram(options: HeadProgramOptions & DrawVariant): Program {
  const { temperature, filter, nucleus, allowed, entropies, ...model } = options;
  const drawn = drawTokens({
    logits: tokenLogits(headOptions(model)),
    uniforms: input("uniforms", "float64", ["rows"]),
    ...(allowed ? { allowed: input("allowed", "bool", [1, tokenCount(model.config)]) } : {}),
    ...(temperature ? { temperature: input("temperature", "float32", [1]) } : {}),
    ...(filter
      ? { filter: { topK: input("top_k", "int64", [1]), topP: input("top_p", "float64", [1]), nucleus } }
      : {}),
    entropies,
  });
  return serialize({
    outputs: {
      ids: drawn.ids,
      log_probs: drawn.logProbs,
      ...(drawn.entropies ? { entropies: drawn.entropies } : {}),
    },
    weights: model.weights,
    name: "draw",
  });
}

/** From `hidden` float32 `[rows, hidden]` to raw `logits` float32 `[rows, vocab]`, the mask's column as the network has it. */
export function logitsProgram(model: HeadProgramOptions): Program {
  return serialize({
    outputs: { logits: allLogits(headOptions(model)) },
    weights: model.weights,
    name: "logits",
  });
}

/** From `hidden` float32 `[rows, hidden]` to `log_probs` float32 `[rows, vocab]` under SUBS. */
export function logProbsProgram(model: HeadProgramOptions): Program {
  return serialize({
    outputs: { log_probs: subsLogProbs(headOptions(model)) },
    weights: model.weights,
    name: "log_probs",
  });
}

/**
 * From `hidden` float32 `[rows, hidden]` and `targets` int64 `[rows]`, none of them the mask, to the targets'
 * `log_probs` float32 `[rows]`: what an evaluation needs of the `[rows, vocab]` of `logProbsProgram`.
 */
export function targetLogProbsProgram(model: HeadProgramOptions): Program {
  const logits = tokenLogits(headOptions(model));
  return serialize({
    outputs: { log_probs: logProbsOf(logits, input("targets", "int64", ["rows"])) },
    weights: model.weights,
    name: "target_log_probs",
  });
}

/**
 * SEDD's score. Inputs: `hidden` float32 `[rows, hidden]`, `level` float32 `[rows]`, `own_tokens` int64 `[rows]`. Output:
 * `log_score` float32 `[rows, vocab]`.
 */
export function scoreProgram(model: HeadProgramOptions): Program {
  const score = seddLogScore({
    ...headOptions(model),
    level: input("level", "float32", ["rows"]),
    ownTokens: input("own_tokens", "int64", ["rows"]),
  });
  return serialize({ outputs: { log_score: score }, weights: model.weights, name: "log_score" });
}

function headOptions({ config, weights }: HeadProgramOptions): HeadOptions {
  const hidden = input("hidden", "float32", ["rows", config.hiddenSize]);
  return { config, parameters: declareParameters(headParameters(config), { weights }), hidden };
}
