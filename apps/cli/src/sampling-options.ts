import { revealOrders, samplers } from "@sdtt/scheduler";
import { Option } from "commander";
import type { Command } from "commander";
import { SdttError } from "sdtt";
import type { CausalSampleOptions, TextSampleOptions } from "sdtt";
import { realNumber, wholeNumber } from "./numbers.ts";

/** The options that `sample` and `infill` share, as commander gives them. */
export interface SamplingFlags {
  readonly samples: number;
  readonly steps?: number;
  readonly length?: number;
  readonly seed?: number;
  readonly temperature?: number;
  readonly topP?: number;
  readonly nucleus?: TextSampleOptions["nucleus"];
  readonly topK?: number;
  readonly sampler?: TextSampleOptions["sampler"];
  readonly gamma?: number;
  readonly threshold?: number;
  readonly factor?: number;
  readonly eta?: number;
  readonly kappa?: number;
  readonly finalPass?: boolean;
  readonly blocks?: number;
  readonly correctorSteps?: number;
  readonly guidance?: number;
  readonly order?: TextSampleOptions["order"];
  readonly precision?: TextSampleOptions["precision"];
  readonly bos?: boolean;
  readonly eos?: boolean;
  readonly ignoreEos?: boolean;
}

export function addSamplingOptions(command: Command): Command {
  return command
    .option("-n, --samples <count>", "texts to write", wholeNumber({ least: 1 }), 1)
    .option(
      "-s, --steps <count>",
      "steps of the diffusion; adaptive samplers take as many passes as they need (default: 32)",
      wholeNumber({ least: 1 }),
    )
    .option(
      "-l, --length <tokens>",
      "tokens of each text (default: what the model was trained on)",
      wholeNumber({ least: 1 }),
    )
    .option(
      "--seed <number>",
      "the same seed writes the same text (default: random; 0 at temperature 0)",
      wholeNumber({ least: 0 }),
    )
    .option(
      "-t, --temperature <number>",
      "divides the logits; below 1 is safer, above is wilder, 0 takes the likeliest tokens (default: what the model recommends, else 1)",
      realNumber({ least: 0 }),
    )
    .option(
      "--top-p <share>",
      "keep the likeliest tokens up to this probability (default: what the model recommends, else 1)",
      realNumber({ above: 0, most: 1 }),
    )
    .addOption(
      new Option(
        "--nucleus <name>",
        "what top-p keeps: the fewest tokens that reach it (default), or those within it, as in ReMDM's code",
      ).choices(["reach", "within"]),
    )
    .option("--top-k <count>", "keep this many of the likeliest tokens", wholeNumber({ least: 1 }))
    .addOption(new Option("--sampler <name>", "how masks turn into tokens").choices([...samplers, "euler"]))
    .option(
      "--gamma <nats>",
      "of entropy-bounded: entropy that a pass may reveal beside its greatest; 0 reveals one token a pass, Infinity all (default: 0.1)",
      realNumber({ least: 0, infinite: true }),
    )
    .option(
      "--threshold <probability>",
      "of confidence-threshold: the least probability of a token that is kept (default: 0.9)",
      realNumber({ above: 0, most: 1 }),
    )
    .option(
      "--factor <number>",
      "of confidence-factor: greater values reveal more tokens a pass (default: 1)",
      realNumber({ least: 0, infinite: true }),
    )
    .option(
      "--eta <probability>",
      "of remdm-cap, remdm-rescale and remdm-loop: how often a step masks a written token again (default: 0.02)",
      realNumber({ least: 0, most: 1 }),
    )
    .option(
      "--kappa <share>",
      "of psi: smaller values mask more again, 1 none (default: 0.98)",
      realNumber({ least: 0, most: 1 }),
    )
    .option(
      "--no-final-pass",
      "of samplers with steps: have the last step draw all that is masked, instead of one more pass that takes the likeliest tokens",
    )
    .option(
      "--blocks <count>",
      "write the text in so many blocks from left to right, which share the steps (default: 1)",
      wholeNumber({ least: 1 }),
    )
    .option(
      "--corrector-steps <count>",
      "further steps that correct the text: each masks a fourth of it, no two neighbours, and draws it again (default: what the model recommends, else 0)",
      wholeNumber({ least: 0, most: 65_536 }),
    )
    .option(
      "--guidance <strength>",
      "how far to go beyond the effect of the prompt on the distribution; each step then takes two passes (default: 0)",
      realNumber({ least: 0 }),
    )
    .addOption(
      new Option(
        "--order <name>",
        "which masks are filled first: spread keeps those of a step apart (default: what the model recommends, else random)",
      ).choices(revealOrders),
    )
    .addOption(
      new Option("--precision <name>", "of the draws; gumbel32 repeats published numbers").choices([
        "exact",
        "gumbel32",
      ]),
    )
    .option(
      "--bos",
      "begin with the end-of-text token, one of the length (default: with a prompt or template, and where the model recommends it)",
    )
    .option("--no-bos", "do not")
    .option("--eos", "end with it")
    .option("--ignore-eos", "do not end a text where the model does");
}

/** Options of the diffusion alone. */
const diffusionFlags = [
  "steps",
  "sampler",
  "gamma",
  "threshold",
  "factor",
  "eta",
  "kappa",
  "blocks",
  "guidance",
  "nucleus",
  "order",
  "precision",
  "eos",
] as const;

/**
 * The options that an autoregressive model takes.
 *
 * @throws SdttError `usage` that names those given that make no sense for one.
 */
export function causalSamplingOptions(flags: SamplingFlags): CausalSampleOptions {
  const refused = diffusionFlags.filter((name) => flags[name] !== undefined).map((name) => `--${name}`);
  if (flags.correctorSteps !== undefined) refused.push("--corrector-steps");
  if (flags.finalPass === false) refused.push("--no-final-pass");
  if (refused.length > 0) {
    throw new SdttError(
      "usage",
      `An autoregressive model draws one token a step and stops at the end of a text: it takes no ${refused.join(", ")}.`,
    );
  }
  const { samples, length, seed, temperature, topP, topK, bos, ignoreEos } = flags;
  return { samples, length, seed, temperature, topP, topK, addBos: bos, ignoreEos };
}

export function samplingOptions(flags: SamplingFlags): TextSampleOptions {
  const { bos, eos, finalPass, ...rest } = flags;
  // Commander gives true where the flag is not given; the scheduler refuses one that a sampler has no use for.
  return { ...rest, finalPass: finalPass === false ? false : undefined, addBos: bos, addEos: eos };
}
