import { compareWithTeacher, generativePerplexity } from "@sdtt/eval";
import type { ReportCell, ReportPlan } from "@sdtt/eval";
import { expectCausal, expectDenoiser } from "@sdtt/hub";
import { createEngine } from "@sdtt/runtime";
import type { Engine } from "@sdtt/runtime";
import type { CliContext } from "../../context.ts";
import { openCausalModel, openModel } from "../../model-options.ts";
import type { CheckpointFlags, EngineFlags } from "../../model-options.ts";
import { examineModel } from "../examine-model.ts";
import type { ExaminedModel } from "../examine-model.ts";
import { measureCausal, measureDiffusion, warmUpDiffusion } from "../measure-texts.ts";
import type { Measurement, MeasureOptions } from "../measure-texts.ts";
import { expectSameVocabulary } from "../vocabulary.ts";
import type { ReportProgress } from "./progress.ts";
import type { Report, ReportedModel, ReportSettings } from "./report.ts";
import { resultKey } from "./results-file.ts";
import type { ResultsFile } from "./results-file.ts";

export interface MakeReportOptions {
  readonly context: CliContext;
  /** How all models are opened, and on what they run. */
  readonly opening: CheckpointFlags & EngineFlags;
  readonly models: readonly LabelledName[];
  readonly judge: LabelledName;
  readonly plan: ReportPlan;
  /** The length of the first model unless given. */
  readonly settings: Omit<ReportSettings, "length"> & { readonly length?: number | undefined };
  /** What is there already, and where what is new goes. */
  readonly results: ResultsFile;
  readonly progress: ReportProgress;
}

export interface LabelledName {
  readonly label: string;
  readonly name: string;
}

/** A model that is there, and what is to be measured of it. */
interface Subject extends LabelledName {
  readonly examined: ExaminedModel;
  readonly cells: readonly (ReportCell & { readonly key: string })[];
}

/** Measures what is not measured yet, all models on one engine and one after the other in memory. */
export async function makeReport(options: MakeReportOptions): Promise<Report> {
  const { context, opening, settings, plan, results, progress } = options;
  const judge = await examineModel(options.judge.name, opening, context, expectCausal);
  const models: (LabelledName & { readonly examined: ExaminedModel })[] = [];
  for (const { label, name } of options.models) {
    const examined = await examineModel(name, opening, context, expectDenoiser);
    expectSameVocabulary(judge, examined);
    models.push({ label, name, examined });
  }
  const { length = models[0]!.examined.description.config.length } = settings;

  const { texts: samples, seed } = settings;
  const followsFrom = { measuring: 1, samples, length, seed, judge: judge.digest, ...runsOn(opening) };
  const subjects = models.map(({ label, name, examined }): Subject => {
    const own = plan.cells.filter((cell) => cell.label === label);
    const key = ({ steps, precision }: ReportCell) =>
      resultKey({ ...followsFrom, model: examined.digest, steps, precision });
    return { label, name, examined, cells: own.map((cell) => ({ ...cell, key: key(cell) })) };
  });
  const judgeKey = resultKey({ ...followsFrom, model: judge.digest });
  // A model may be there under two names: it is measured once.
  const byKey = new Map(subjects.flatMap(({ cells }) => cells.map((cell) => [cell.key, cell])));
  const missing = [...byKey.values()].filter(({ key }) => !results.get(key));
  progress.start({ cells: missing, known: byKey.size - missing.length });

  await using engine = await createEngine(opening);
  await using causal = await openCausalModel({ ...opening, model: options.judge.name, engine }, context);
  const perplexity = generativePerplexity({ judge: causal.network });
  const { now, signal } = context;
  const measuring: MeasureOptions = { samples, length, seed, perplexity, now, signal };
  if (!results.get(judgeKey)) {
    const measurement = await measureCausal({ ...measuring, model: causal });
    await results.add(judgeKey, measurement);
    progress.finishJudge({ ...measurement.row, label: options.judge.label });
  }
  for (const subject of subjects) await measureSubject(subject, { ...options, engine, measuring });

  const measured = [
    ...subjects.flatMap(({ label, cells }) => cells.map(({ key }) => ({ label, ...results.get(key)! }))),
    { label: options.judge.label, ...results.get(judgeKey)! },
  ];
  const rows = measured.map(({ label, row }) => ({ label, ...row }));
  return {
    protocol: perplexity.protocol,
    settings: { ...settings, length },
    models: models.map(reported),
    judge: reported({ ...options.judge, examined: judge }),
    rows,
    comparisons: compareWithTeacher(rows, plan.teacher),
    texts: measured.map(({ label, row: { kind, steps, precision }, texts }) => ({
      label,
      kind,
      steps,
      precision,
      texts,
    })),
  };
}

async function measureSubject(
  { label, name, cells }: Subject,
  options: MakeReportOptions & { readonly engine: Engine; readonly measuring: MeasureOptions },
): Promise<void> {
  const { context, opening, results, progress, engine, measuring } = options;
  const missing = cells.filter(({ key }) => !results.get(key));
  if (missing.length === 0) return;
  await using model = await openModel({ ...opening, model: name, engine }, context);
  let warm: ReportCell["precision"] | undefined;
  for (const cell of missing) {
    const onStep = (step: number) => progress.step(cell, step);
    progress.step(cell, 0);
    if (cell.precision !== warm) await warmUpDiffusion({ ...measuring, model, cell });
    warm = cell.precision;
    const measurement: Measurement = await measureDiffusion({ ...measuring, model, cell, onStep });
    await results.add(cell.key, measurement);
    progress.finish(cell, { ...measurement.row, label });
  }
}

/** What the time of a text depends on, though not the text. */
function runsOn({ engine, threads }: EngineFlags): object {
  return { engine, threads: threads ?? null };
}

function reported({
  label,
  name,
  examined,
}: LabelledName & { readonly examined: ExaminedModel }): ReportedModel {
  return { label, name, digest: examined.digest };
}
