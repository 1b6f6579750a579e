import { createStream } from "@sdtt/core";
import { causalPerplexity, nelboBound } from "@sdtt/eval";
import type { NelboBound, Samples } from "@sdtt/eval";
import { isCausal } from "@sdtt/models";
import type { ModelDescription } from "@sdtt/models";
import { plural } from "@sdtt/report/text";
import type { CliContext } from "../context.ts";
import { openCausalModel, openModel } from "../model-options.ts";
import type { ModelFlags } from "../model-options.ts";
import { showProgress } from "../work-progress.ts";
import { denoiserOf } from "./denoiser-of.ts";

/** The perplexity of held-out texts: a bound of a diffusion model, exact of an autoregressive one. */
type HeldOutPerplexity =
  | ({ readonly bound: true; readonly seed: number } & NelboBound)
  | {
      readonly bound: false;
      readonly nats: number;
      readonly standardError: number;
      readonly perplexity: number;
      /** That were scored. */
      readonly tokens: number;
    };

/** Measures texts under one model, which stays loaded until it is disposed of. */
export interface PerplexityMeter extends AsyncDisposable {
  /** `what` is said of the work on stderr. */
  measure(
    texts: Samples,
    options: { readonly draws: number; readonly seed: number; readonly what?: string },
  ): Promise<HeldOutPerplexity>;
}

/** Loads the model that the flags name; `description` is of its checkpoint. */
export async function openPerplexityMeter(
  flags: ModelFlags,
  description: ModelDescription,
  context: CliContext,
): Promise<PerplexityMeter> {
  return isCausal(description) ? openExact(flags, context) : openBound(flags, context);
}

async function openBound(flags: ModelFlags, context: CliContext): Promise<PerplexityMeter> {
  const model = await openModel(flags, context);
  return {
    async measure(texts, { draws, seed, what = "Measuring" }) {
      using progress = showProgress(context, what);
      const bound = await nelboBound({
        denoiser: denoiserOf(model),
        texts,
        stream: createStream(seed),
        draws,
        onProgress: (done, total) => progress.update(`${done} of ${plural(total, "draw")}`, done / total),
        signal: context.signal,
      });
      return { bound: true, seed, ...bound };
    },
    [Symbol.asyncDispose]: () => model[Symbol.asyncDispose](),
  };
}

async function openExact(flags: ModelFlags, context: CliContext): Promise<PerplexityMeter> {
  const model = await openCausalModel(flags, context);
  return {
    async measure(texts, { what = "Measuring" }) {
      using progress = showProgress(context, what);
      const result = await causalPerplexity({
        judge: model.network,
        texts,
        onProgress: (done, total) => progress.update(`${done} of ${plural(total, "text")}`, done / total),
        signal: context.signal,
      });
      return { bound: false, ...result, tokens: texts.batch * (texts.length - 1) };
    },
    [Symbol.asyncDispose]: () => model[Symbol.asyncDispose](),
  };
}
