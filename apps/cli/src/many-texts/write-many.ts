import { SdttError } from "@sdtt/core";
import { describeRange, missingRanges, splitRanges } from "@sdtt/queue";
import type { CollectedRange, TextRange } from "@sdtt/queue";
import { plural } from "@sdtt/report/text";
import manifest from "../../package.json" with { type: "json" };
import { checkDiffusion } from "../check-length.ts";
import { printLine } from "../context.ts";
import type { CliContext } from "../context.ts";
import { openWriter } from "../model-options.ts";
import type { ModelFlags } from "../model-options.ts";
import { samplingOptions } from "../sampling-options.ts";
import type { SamplingFlags } from "../sampling-options.ts";
import { showProgress } from "../work-progress.ts";
import type { WorkProgress } from "../work-progress.ts";
import { collectTexts } from "./collect-texts.ts";
import type { QueueFlags } from "./queue-options.ts";
import { writeTextLines } from "./text-lines.ts";
import { examineWriter, planTextRequest, runId } from "./text-request.ts";
import type { TextRequest } from "./text-request.ts";
import { openTextsFile } from "./texts-file.ts";
import type { TextsFile } from "./texts-file.ts";

export interface ManyTextsFlags extends QueueFlags {
  /** The file that the lines go to; standard output unless given. */
  readonly out?: string;
}

type Flags = ModelFlags & SamplingFlags & ManyTextsFlags;

/** Writes texts as lines of JSON that follow from the seed alone: here, or on the machines that take them from a queue. */
export async function writeMany(
  flags: Flags,
  prompt: string | undefined,
  context: CliContext,
): Promise<void> {
  const { out, queue, samples: total, jobTexts: size } = flags;
  const asked = { ...samplingOptions(flags), prompt };
  const request = planTextRequest(await examineWriter(flags, context), flags, asked);
  const run = { id: runId(request, manifest.version), version: manifest.version, request };
  await using file =
    out === undefined ? undefined : await openTextsFile({ path: out, run: run.id, signal: context.signal });
  const missing = missingRanges({ total, has: (index) => file?.has(index) ?? false });
  const wanted = missing.reduce((sum, { count }) => sum + count, 0);
  if (wanted < total)
    printLine(context.stderr, `${total - wanted} of ${plural(total, "text")} are already done.`);
  const ranges = splitRanges({ missing, size });
  const start = context.now();
  const failed: string[] = [];
  try {
    using progress = showProgress(context, "Sampling");
    const work = { ranges, wanted, context, progress };
    const collected =
      queue === undefined ? writeHere(flags, request, work) : collectTexts({ address: queue, run, ...work });
    for await (const result of collected) {
      if ("lines" in result) await keep(result.lines, file, context);
      else
        failed.push(
          `${describeRange(result.range)} after ${plural(result.tries, "try", "tries")}: ${result.reason}`,
        );
    }
  } catch (error) {
    if (file) printLine(context.stderr, resumeHint(file, request));
    throw error;
  }
  if (failed.length > 0) throw setAside(failed, file, request);
  await file?.finish(total);
  const seconds = (context.now() - start) / 1000;
  const rate = wanted === 0 ? "" : ` in ${seconds.toFixed(1)} s, ${(wanted / seconds).toFixed(1)} texts/s`;
  const place = out === undefined ? "" : `, in ${out}`;
  printLine(
    context.stderr,
    `${request.model}: ${plural(wanted, "text")}${rate}, seed ${request.sampling.seed}${place}`,
  );
}

/** What is to be written, and who is told how far it is. */
export interface Work {
  readonly ranges: readonly TextRange[];
  /** Texts of all ranges. */
  readonly wanted: number;
  readonly context: CliContext;
  readonly progress: Pick<WorkProgress, "update">;
}

async function* writeHere(
  flags: Flags,
  request: TextRequest,
  { ranges, wanted, context, progress }: Work,
): AsyncGenerator<CollectedRange> {
  await using model = await openWriter(flags, context, request.sampling);
  await checkDiffusion(context, model, { ...request.sampling, samples: Math.min(wanted, flags.jobTexts) });
  let done = 0;
  for (const range of ranges) {
    yield { range, lines: await writeTextLines(model, request, range, context) };
    done += range.count;
    progress.update(`${done} of ${plural(wanted, "text")}`, done / wanted);
  }
}

async function keep(
  lines: readonly string[],
  file: TextsFile | undefined,
  context: CliContext,
): Promise<void> {
  if (file) await file.add(lines);
  else for (const line of lines) printLine(context.stdout, line);
}

function resumeHint({ partial }: TextsFile, { sampling: { seed } }: TextRequest): string {
  return `What is done is in ${partial}; the same command with --seed ${seed} resumes.`;
}

function setAside(failed: readonly string[], file: TextsFile | undefined, request: TextRequest): SdttError {
  const [first, ...others] = failed;
  const more = others.length === 0 ? "" : ` (and ${plural(others.length, "more range")})`;
  const hint = file ? ` ${resumeHint(file, request)}` : "";
  return new SdttError("runtime", `Set aside: ${first}${more}.${hint}`);
}
