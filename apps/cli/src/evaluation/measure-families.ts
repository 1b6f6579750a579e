import { createResourceStack, createStream } from "@sdtt/core";
import { compareWithTeacher, generativePerplexity, generativePerplexityProtocols } from "@sdtt/eval";
import type { ReportCell } from "@sdtt/eval";
import type { Report } from "@sdtt/report";
import { createEngine } from "@sdtt/runtime";
import type { Engine } from "@sdtt/runtime";
import type { CausalLanguageModel, LanguageModel } from "sdtt";
import { printLine } from "../context.ts";
import type { CliContext } from "../context.ts";
import { engineOptions } from "../engine-options.ts";
import { openJudge } from "../model-options.ts";
import { columnMetrics, columnTitle } from "./columns.ts";
import type { Family, KeyedCell, Opening, Subject } from "./family.ts";
import { readingFor } from "./judge-protocol.ts";
import { byRule, measureDiffusion, measureTexts, warmUpDiffusion, writeCausal } from "./measure-texts.ts";
import type { Drawing, Measurement, MeasureOptions } from "./measure-texts.ts";
import type { MeasuringProgress } from "./measuring-progress.ts";
import { openTextSource } from "./open-text-source.ts";
import { openTextGradient } from "./open-text-gradient.ts";
import type { ResultsFile } from "./results-file.ts";

export interface MeasureFamiliesOptions {
  readonly context: CliContext;
  readonly opening: Opening;
  readonly families: readonly Family[];
  /** What is there already, and where what is new goes. */
  readonly results: ResultsFile<Measurement>;
  readonly progress: MeasuringProgress;
}

/** Measures what is not measured yet, all models on one engine and one after the other in memory. */
export async function measureFamilies(options: MeasureFamiliesOptions): Promise<void> {
  const { opening, families, results, progress } = options;
  const all = families.flatMap(({ models }) => models.flatMap(({ cells }) => cells));
  const missing = missingCells(families, results);
  progress.start({ cells: missing, known: new Set(all.map(({ key }) => key)).size - missing.length });
  const unfinished = families.filter((family) => keysOf(family).some((key) => !results.get(key)));
  if (unfinished.length === 0) return;
  await using engine = await createEngine(engineOptions(opening));
  for (const family of unfinished) await measureFamily(family, { ...options, engine });
}

/** What is to be measured of diffusion models. One may be there under two names: it is measured once. */
function missingCells(families: readonly Family[], results: ResultsFile<Measurement>): KeyedCell[] {
  const all = families.flatMap(({ models }) => models.flatMap(({ cells }) => cells));
  const cells = new Map(all.toReversed().map((cell) => [cell.key, cell]));
  return [...cells.values()].toReversed().filter(({ key }) => !results.get(key));
}

function keysOf({ models, judge, baselines }: Family): string[] {
  const cells = models.flatMap((model) => model.cells);
  return [judge, ...baselines, ...cells].map(({ key }) => key);
}

interface Running extends MeasureFamiliesOptions {
  readonly engine: Engine;
}

interface Measuring extends Running {
  /** How the texts of a model are measured. */
  readonly howFor: (model: Pick<LanguageModel, "name" | "tokenizer">) => MeasureOptions;
  /** What all texts of the diffusion models have in common. */
  readonly common: Pick<Drawing, "bos" | "correctorSteps">;
}

async function measureFamily(family: Family, running: Running): Promise<void> {
  const { context, opening, engine, progress } = running;
  const { judge, settings, models, columns: names, protocol } = family;
  await using causal = await openJudge({ ...opening, model: judge.name, engine }, context);
  await using gradients = names.includes("gradient-moment")
    ? await openTextGradient(judge.name, { flags: opening, engine, context })
    : undefined;
  const reference = family.reference?.texts;
  const onWarning = (line: string) => printLine(context.stderr, `warning: ${line}`);
  const howFor: Measuring["howFor"] = (model) => {
    const reading = readingFor(protocol, { judge: causal, model });
    return {
      samples: settings.texts,
      length: settings.length,
      seed: settings.seed,
      perplexity: generativePerplexity({ judge: causal.network, reading }),
      metrics: columnMetrics({ names, judge: causal, reading, reference, gradients, progress, onWarning }),
      now: context.now,
      signal: context.signal,
    };
  };
  const { bos = false, correctorSteps = 0 } = settings;
  const measuring: Measuring = { ...running, howFor, common: { bos, correctorSteps } };
  await measureOthers(family, causal, measuring);
  for (const model of models) await measureModel(model, measuring);
}

/** The judge's own texts, and those that rules make. */
async function measureOthers(
  { judge, baselines, reference }: Family,
  model: CausalLanguageModel,
  { results, progress, howFor }: Measuring,
): Promise<void> {
  const how = howFor(model);
  const missing = baselines.filter(({ key }) => !results.get(key));
  const needsTexts = missing.length > 0 && !reference;
  const own = needsTexts || !results.get(judge.key) ? await writeCausal({ ...how, model }) : undefined;
  if (own && !results.get(judge.key)) {
    const measurement = await measureTexts(how, { ...own, model });
    await results.add(judge.key, measurement);
    progress.finishOther({ ...measurement.row, label: judge.label });
  }
  for (const { label, key, make } of missing) {
    const texts = make({
      reference: reference?.texts ?? own!.texts,
      batch: how.samples,
      stream: createStream(how.seed),
    });
    const measurement = await measureTexts(how, { texts, written: byRule, model });
    await results.add(key, measurement);
    progress.finishOther({ ...measurement.row, label });
  }
}

async function measureModel({ label, name, cells }: Subject, measuring: Measuring): Promise<void> {
  const { context, opening, results, progress, engine, howFor, common } = measuring;
  const missing = cells.filter(({ key }) => !results.get(key));
  if (missing.length === 0) return;
  await using opened = createResourceStack();
  const source = await openTextSource({ ...opening, model: name }, { engine, opened, context });
  const how = howFor(source);
  const warm = new Set<string>();
  for (const cell of missing) {
    progress.step(cell, 0);
    const drawing = { ...cell, ...common };
    if (!warm.has(programOf(cell))) await warmUpDiffusion({ ...how, source, drawing });
    warm.add(programOf(cell));
    const onProgress = (at: number | string) => progress.step(cell, at);
    const measurement = await measureDiffusion({ ...how, source, drawing, onProgress });
    await results.add(cell.key, measurement);
    progress.finish(cell, { ...measurement.row, label });
  }
}

/** Draws at temperature 1 run another program than those at all others, and the surest draws are of more rows. */
function programOf({ precision, temperature, order }: ReportCell): string {
  return `${precision} ${temperature === 1} ${order === "confidence"}`;
}

/** What the measurements of a family tell, once all are there. */
export function reportOf(family: Family, results: ResultsFile<Measurement>): Report {
  const { models, judge, baselines, columns, settings } = family;
  const measured = [
    // Measurements from before there were orders do not say theirs.
    ...models.flatMap(({ label, cells }) =>
      cells.map(({ key, order }) => ({ label, order, ...results.get(key)! })),
    ),
    ...[judge, ...baselines].map(({ label, key }) => ({ label, order: undefined, ...results.get(key)! })),
  ];
  const rows = measured.map(({ label, order, row }) => ({ label, ...row, order }));
  return {
    protocol: generativePerplexityProtocols[family.protocol],
    settings,
    models: models.map(({ label, name, digest }) => ({ label, name, digest })),
    judge: { label: judge.label, name: judge.name, digest: judge.digest },
    metrics: columns.map((name) => ({
      name,
      title: columnTitle(name),
      protocol: measured[0]!.protocols[name]!,
    })),
    rows,
    comparisons: compareWithTeacher(rows, settings.teacher),
    texts: measured.map(({ label, order, row: { kind, steps, precision, temperature }, texts }) => ({
      label,
      kind,
      steps,
      precision,
      temperature,
      order,
      texts,
    })),
  };
}
