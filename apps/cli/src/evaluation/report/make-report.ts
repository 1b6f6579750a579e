import { compareWithTeacher, generativePerplexity, generativePerplexityProtocols } from "@sdtt/eval";
import type { ReportCell } from "@sdtt/eval";
import type { Report, ReportSettings } from "@sdtt/report";
import { createEngine } from "@sdtt/runtime";
import type { Engine } from "@sdtt/runtime";
import type { LanguageModel } from "sdtt";
import { engineOptions } from "../../engine-options.ts";
import { openJudge, openModel } from "../../model-options.ts";
import { readingFor } from "../judge-protocol.ts";
import { measureCausal, measureDiffusion, warmUpDiffusion } from "../measure-texts.ts";
import type { MeasureOptions } from "../measure-texts.ts";
import type { ReportProgress } from "./progress.ts";
import { examineSubjects } from "./report-subjects.ts";
import type { Judge, ReportSubjects, Subject, SubjectsOptions } from "./report-subjects.ts";
import type { ResultsFile } from "./results-file.ts";

export interface MakeReportOptions extends SubjectsOptions {
  readonly settings: Omit<ReportSettings, "length"> & { readonly length?: number | undefined };
  /** What is there already, and where what is new goes. */
  readonly results: ResultsFile;
  readonly progress: ReportProgress;
}

/** Measures what is not measured yet, all models on one engine and one after the other in memory. */
export async function makeReport(options: MakeReportOptions): Promise<Report> {
  const { results, progress, settings } = options;
  const subjects = await examineSubjects(options);
  // A model may be there under two names: it is measured once.
  const cells = new Map(subjects.models.flatMap((model) => model.cells.map((cell) => [cell.key, cell])));
  const missing = [...cells.values()].filter(({ key }) => !results.get(key));
  progress.start({ cells: missing, known: cells.size - missing.length });
  if (missing.length > 0 || !results.get(subjects.judge.key)) await measureSubjects(subjects, options);
  const protocol = generativePerplexityProtocols[options.protocol];
  return { protocol, ...reportOf(subjects, { ...settings, length: subjects.length }, results) };
}

async function measureSubjects(subjects: ReportSubjects, options: MakeReportOptions): Promise<void> {
  const { context, opening, settings, results } = options;
  const { judge, models, length } = subjects;
  await using engine = await createEngine(engineOptions(opening));
  await using causal = await openJudge({ ...opening, model: judge.name, engine }, context);
  const measuring: Measuring = {
    ...options,
    engine,
    perplexityOf: (model) =>
      generativePerplexity({
        judge: causal.network,
        reading: readingFor(options.protocol, { judge: causal, model }),
      }),
    how: {
      samples: settings.texts,
      length,
      seed: settings.seed,
      now: context.now,
      signal: context.signal,
    },
  };
  if (!results.get(judge.key)) {
    const perplexity = measuring.perplexityOf(causal);
    const measurement = await measureCausal({ ...measuring.how, perplexity, model: causal });
    await results.add(judge.key, measurement);
    options.progress.finishJudge({ ...measurement.row, label: judge.label });
  }
  for (const model of models) await measureModel(model, measuring);
}

interface Measuring extends MakeReportOptions {
  readonly engine: Engine;
  /** What the judge finds of the texts of a model. */
  readonly perplexityOf: (model: Pick<LanguageModel, "name" | "tokenizer">) => MeasureOptions["perplexity"];
  readonly how: Omit<MeasureOptions, "perplexity">;
}

async function measureModel({ label, name, cells }: Subject, measuring: Measuring): Promise<void> {
  const { context, opening, results, progress, engine } = measuring;
  const missing = cells.filter(({ key }) => !results.get(key));
  if (missing.length === 0) return;
  await using model = await openModel({ ...opening, model: name, engine }, context);
  const how = { ...measuring.how, perplexity: measuring.perplexityOf(model) };
  let warm: ReportCell["precision"] | undefined;
  for (const cell of missing) {
    progress.step(cell, 0);
    if (cell.precision !== warm) await warmUpDiffusion({ ...how, model, cell });
    warm = cell.precision;
    const onStep = (step: number) => progress.step(cell, step);
    const measurement = await measureDiffusion({ ...how, model, cell, onStep });
    await results.add(cell.key, measurement);
    progress.finish(cell, { ...measurement.row, label });
  }
}

/** What the measurements tell, once all are there. */
function reportOf(
  { models, judge }: ReportSubjects,
  settings: ReportSettings,
  results: ResultsFile,
): Omit<Report, "protocol"> {
  const measured = [
    ...models.flatMap(({ label, cells }) => cells.map(({ key }) => ({ label, ...results.get(key)! }))),
    { label: judge.label, ...results.get(judge.key)! },
  ];
  const rows = measured.map(({ label, row }) => ({ label, ...row }));
  const named = ({ label, name, digest }: Subject | Judge) => ({ label, name, digest });
  return {
    settings,
    models: models.map(named),
    judge: named(judge),
    rows,
    comparisons: compareWithTeacher(rows, settings.teacher),
    texts: measured.map(({ label, row: { kind, steps, precision }, texts }) => ({
      label,
      kind,
      steps,
      precision,
      texts,
    })),
  };
}
