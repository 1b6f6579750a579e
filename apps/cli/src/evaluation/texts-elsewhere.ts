import { SdttError } from "@sdtt/core";
import { headOf, tokenCount } from "@sdtt/models";
import { describeRange, splitRanges } from "@sdtt/queue";
import type { TextRange } from "@sdtt/queue";
import { z } from "zod";
import manifest from "../../package.json" with { type: "json" };
import type { CliContext } from "../context.ts";
import { collectTexts } from "../many-texts/collect-texts.ts";
import { effortSchema, joinEfforts } from "../many-texts/effort.ts";
import type { Effort } from "../many-texts/effort.ts";
import type { QueueFlags } from "../many-texts/queue-options.ts";
import { examineWriter, planTextRequest, runId } from "../many-texts/text-request.ts";
import type { ModelFlags } from "../model-options.ts";
import type { TextSource } from "./text-source.ts";

/** A line of a measurement, as it comes from Redis. */
const lineSchema = z.object({
  tokens: z.array(z.int().nonnegative()),
  effort: effortSchema.optional(),
});

/**
 * Texts that workers write, for this process to measure.
 *
 * @throws SdttError as `examineWriter`; writing throws what `collectTexts` does, and `runtime` if a job was set aside.
 */
export async function textsElsewhere(
  flags: ModelFlags,
  { queue: address, jobTexts }: Required<QueueFlags>,
  context: CliContext,
): Promise<TextSource> {
  const model = await examineWriter(flags, context);
  const { tokenizer, description } = model;
  return {
    name: flags.model,
    tokenizer,
    description,
    async write(options, watch) {
      const { samples: wanted = 1, length = description.config.length } = options;
      const request = { ...planTextRequest(model, flags, options), effort: true };
      const run = { id: runId(request, manifest.version), version: manifest.version, request };
      const ranges = splitRanges({ missing: [{ first: 0, count: wanted }], size: jobTexts });
      const progress = { update: (state: string, done = 0) => watch({ state, done }) };
      const bounds = { length, tokens: tokenCount(headOf(description)) };
      const tokens: Int32Array[] = [];
      const efforts: Effort[] = [];
      for await (const result of collectTexts({ address, run, ranges, wanted, context, progress })) {
        if (!("lines" in result)) {
          throw new SdttError("runtime", `Set aside: ${describeRange(result.range)}: ${result.reason}`);
        }
        const read = readLines(result.lines, result.range, bounds);
        tokens.push(...read.tokens);
        efforts.push(read.effort);
      }
      return { tokens, seed: request.sampling.seed, ...joinEfforts(efforts) };
    },
  };
}

/** Throws `format` for lines that no worker of this version writes. */
function readLines(
  lines: readonly string[],
  range: TextRange,
  bounds: { readonly length: number; readonly tokens: number },
): { readonly tokens: readonly Int32Array[]; readonly effort: Effort } {
  try {
    const read = lines.map((line) => lineSchema.parse(JSON.parse(line)));
    const [{ effort } = {}] = read;
    const isText = (ids: readonly number[]) =>
      ids.length === bounds.length && ids.every((id) => id < bounds.tokens);
    if (!effort || !read.every(({ tokens }) => isText(tokens))) throw new Error("It is of another form.");
    return { tokens: read.map(({ tokens }) => Int32Array.from(tokens)), effort };
  } catch (cause) {
    throw new SdttError(
      "format",
      `The result of ${describeRange(range)} in the queue is not one of texts of ${bounds.length} tokens: something else writes to these keys.`,
      { cause },
    );
  }
}
