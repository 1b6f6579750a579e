import { SdttError } from "@sdtt/core";
import { isCausal } from "@sdtt/models";
import type { DitConfig, ModelDescription } from "@sdtt/models";
import { formatBytes, formatSeconds, plural } from "@sdtt/report/text";
import { passBytes } from "@sdtt/runtime";
import { isRemasking } from "@sdtt/scheduler";
import { beginsWithBos, encodeTemplate } from "sdtt";
import type { LanguageModel, TextSampleOptions } from "sdtt";
import { printLine } from "./context.ts";
import type { CliContext } from "./context.ts";

/** Bytes of JavaScript's own for each position of each text: ids, plans and what a step reveals. */
const bytesPerPosition = 64;
/** Seconds from which on the time is worth a warning. */
const longTime = 60;
/** How many times the trained length a text must be to be timed before it is written. */
const farBeyond = 4;

/** Tokens of gaps that a template is encoded with. */
const mostGaps = 2 ** 24;

/** What is asked of a model, as far as its length goes. */
type LengthOptions = Pick<TextSampleOptions, "samples" | "length" | "template" | "addBos" | "addEos">;

/**
 * Looks at the length of the texts to write before the work begins: warns of one that the model was not trained on.
 *
 * @throws SdttError `usage` for texts that the memory does not hold.
 */
export function checkLength(
  { stderr }: CliContext,
  model: Pick<LanguageModel, "name" | "tokenizer"> & { readonly description: ModelDescription },
  options: LengthOptions,
): number {
  const { config } = model.description;
  const { samples = 1 } = options;
  const length = lengthOf(model, options);
  const needed = passBytes(length, config) + samples * length * bytesPerPosition;
  // Without /proc, as in a bare chroot, Node knows of none.
  const available = process.availableMemory() || Infinity;
  if (needed > available) {
    const [texts, advice] =
      samples === 1 ? ["A text", "a shorter text"] : [`${samples} texts`, "fewer or shorter texts"];
    throw new SdttError(
      "usage",
      `${texts} of ${length} tokens would take at least ${formatBytes(needed)} of memory; ${formatBytes(available)} are free: ask for ${advice}.`,
    );
  }
  if (length > config.length) {
    printLine(
      stderr,
      `warning: ${length} tokens are more than the ${config.length} that ${model.name} was trained on; expect worse text.`,
    );
  }
  return length;
}

/** As `checkLength`, for a diffusion model; warns of hours of work as well. */
export async function checkDiffusion(
  context: CliContext,
  model: LanguageModel,
  options: TextSampleOptions,
): Promise<void> {
  const length = checkLength(context, model, options);
  const { config } = model.description;
  if (length <= farBeyond * config.length) return;
  const { samples = 1, guidance } = options;
  const perStep =
    samples * (guidance ? 2 : 1) * (await timePass(context, model)) * relativeCost(length, config);
  const steps = stepsOf(options, length);
  if (perStep * steps < longTime) return;
  printLine(
    context.stderr,
    `warning: a step takes about ${formatSeconds(perStep)} here, all ${plural(steps, "step")} about ${formatSeconds(perStep * steps)}. Half the length takes about a quarter of the time.`,
  );
}

/** Tokens of each text. */
function lengthOf(
  {
    tokenizer,
    description,
  }: { readonly tokenizer: LanguageModel["tokenizer"]; readonly description: ModelDescription },
  {
    length,
    template,
    addBos = !isCausal(description) && beginsWithBos(description, tokenizer),
    addEos,
  }: LengthOptions,
): number {
  if (length !== undefined || !template) return length ?? description.config.length;
  const gaps = template.reduce((sum, part) => sum + (typeof part === "string" ? 0 : part.mask), 0);
  // Gaps that no memory holds are not written out to be counted.
  if (gaps > mostGaps) return gaps;
  return encodeTemplate(template, tokenizer).ids.length + (addBos ? 1 : 0) + (addEos ? 1 : 0);
}

function stepsOf(options: TextSampleOptions, length: number): number {
  return writingSteps(options, length) + (options.correctorSteps ?? 0);
}

function writingSteps({ sampler = "ancestral", steps = 32 }: TextSampleOptions, length: number): number {
  // One that masks again may write a token at every step.
  if (sampler !== "euler" && isRemasking(sampler)) return steps;
  return Math.min(sampler === "first-hitting" ? length : steps, length);
}

/** Seconds that the network takes for a text of the trained length; the first run, which warms up, is not counted. */
async function timePass(
  { now, signal }: CliContext,
  { network, description }: LanguageModel,
): Promise<number> {
  const { length } = description.config;
  const request = {
    // Sequences that are all mask are cut short.
    tokens: new Int32Array(length).fill(network.maskId, 1),
    batch: 1,
    length,
    rows: Int32Array.of(1),
    uniforms: Float64Array.of(0.5),
    sigma: Float32Array.of(1),
    signal,
  };
  const run = () => ("draw" in network ? network.draw(request) : network.logScore(request));
  await run();
  const start = now();
  await run();
  return (now() - start) / 1000;
}

/**
 * What a pass over a text costs beside one over a text of the trained length. By multiplications of a block, those of its
 * matrices are 12 hidden^2 for each token, those of its attention 2 hidden length.
 */
function relativeCost(length: number, { length: trained, hiddenSize }: DitConfig): number {
  const cost = (tokens: number) => tokens * (6 * hiddenSize + tokens);
  return cost(length) / cost(trained);
}
