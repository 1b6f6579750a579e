import type { ModelDescription } from "@sdtt/models";
import { plural } from "@sdtt/report/text";
import type { LanguageModel, TextSample, TextSampleOptions, TextSampleStep } from "sdtt";
import { printLine } from "./context.ts";
import type { CliContext } from "./context.ts";
import type { LiveView } from "./live/live-view.ts";
import { showProgress } from "./work-progress.ts";

export interface OutputFlags {
  /** Shown where stderr is a terminal, unless told otherwise. */
  readonly live?: boolean;
  /** One JSON object for each text on stdout. */
  readonly json?: boolean;
  /** All tokens of the texts, end-of-text tokens written out. */
  readonly raw?: boolean;
}

/** What writes texts: a diffusion model or an autoregressive one, with the options that it takes. */
export interface Writer<Options> extends Pick<LanguageModel, "name" | "tokenizer"> {
  readonly description: ModelDescription;
  stream(options: Options & Pick<TextSampleOptions, "signal">): ReturnType<LanguageModel["stream"]>;
}

/** Samples, shows how the texts are written, and prints them. */
export async function writeTexts<Options>(
  context: CliContext,
  model: Writer<Options>,
  options: Options,
  flags: OutputFlags,
): Promise<void> {
  const live = flags.live ?? context.stderr.isTTY ?? false;
  const { sample, seconds } = await (live ? runLive : runPlain)(context, model, options);
  sample.texts.forEach((read, i) => {
    const raw = model.tokenizer.decode(sample.tokens[i]!);
    const text = flags.raw ? raw : read;
    if (flags.json) printLine(context.stdout, JSON.stringify({ ...record(model, sample, i, seconds), raw }));
    else printLine(context.stdout, sample.texts.length > 1 ? `--- ${i + 1} ---\n${text}` : text);
  });
  printLine(context.stderr, `\n${summary(model, sample, seconds)}`);
}

interface TimedSample {
  readonly sample: TextSample;
  readonly seconds: number;
}

async function runLive<Options>(
  context: CliContext,
  model: Writer<Options>,
  options: Options,
): Promise<TimedSample> {
  // Loaded while the first step is computed.
  const loading = import("./live/live-view.ts");
  let view: LiveView | undefined;
  try {
    return await runTimed(context, model, options, async (step) => {
      view ??= (await loading).createLiveView(context, model);
      await view.show(step);
    });
  } finally {
    view?.close();
  }
}

/** Samples, and says now and then on stderr how far that is. */
async function runPlain<Options>(
  context: CliContext,
  model: Writer<Options>,
  options: Options,
): Promise<TimedSample> {
  using progress = showProgress(context, "Sampling");
  return await runTimed(context, model, options, async ({ step, steps }) =>
    progress.update(`step ${Math.min(step, steps)} of ${steps}`, Math.min(step / steps, 1)),
  );
}

/** Runs the sampler; only the time that it takes itself is counted, not the showing. */
async function runTimed<Options>(
  { now, signal }: CliContext,
  model: Writer<Options>,
  options: Options,
  show: (step: TextSampleStep) => Promise<void>,
): Promise<TimedSample> {
  const steps = model.stream({ ...options, signal });
  let milliseconds = 0;
  for (;;) {
    const start = now();
    const { done, value } = await steps.next();
    milliseconds += now() - start;
    if (done) return { sample: value, seconds: milliseconds / 1000 };
    await show(value);
  }
}

function summary(
  model: Pick<LanguageModel, "name">,
  { tokens, passes, passesPerText, seed }: TextSample,
  seconds: number,
): string {
  const mean = passesPerText.reduce((sum, own) => sum + own, 0) / passesPerText.length;
  const perText = tokens.length > 1 ? ` (${mean.toFixed(1)} a text)` : "";
  const count = tokens.reduce((sum, text) => sum + text.length, 0);
  const rate = Math.round(count / seconds);
  return `${model.name}: ${plural(count, "token")} in ${seconds.toFixed(2)} s, ${rate} tokens/s, ${plural(passes, "pass", "passes")}${perText}, seed ${seed}`;
}

function record(
  model: Pick<LanguageModel, "name">,
  { texts, tokens, passes, passesPerText, seed }: TextSample,
  index: number,
  seconds: number,
) {
  return {
    model: model.name,
    seed,
    index,
    text: texts[index],
    tokens: [...tokens[index]!],
    passes,
    ownPasses: passesPerText[index],
    seconds,
  };
}
