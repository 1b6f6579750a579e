import { createHash } from "node:crypto";
import type { Packing } from "@sdtt/data";
import { expectSameVocabulary, planReport } from "@sdtt/eval";
import type { ReportCell, ReportPlan, Samples } from "@sdtt/eval";
import { expectCausal, expectDenoiser } from "@sdtt/hub";
import type { Checkpoint } from "@sdtt/hub";
import type { ReportedModel, ReportSettings } from "@sdtt/report";
import type { CliContext } from "../context.ts";
import type { EngineFlags } from "../engine-options.ts";
import type { QueueFlags } from "../many-texts/queue-options.ts";
import type { CheckpointFlags } from "../model-options.ts";
import { columnsFor } from "./columns.ts";
import type { ColumnName } from "./columns.ts";
import { examineModel } from "./examine-model.ts";
import type { ExaminedModel } from "./examine-model.ts";
import { readHeldOutTexts } from "./held-out-texts.ts";
import type { JudgeProtocol } from "./judge-protocol.ts";
import type { MetricName } from "./metric-names.ts";
import { naiveBaselines } from "./naive-baselines.ts";
import type { NaiveBaseline } from "./naive-baselines.ts";
import { resultKey } from "./results-file.ts";

/** Models that one judge reads, and how they are measured. */
export interface FamilyOptions {
  readonly models: readonly LabelledName[];
  readonly judge: LabelledName;
  /** How the judge reads the texts. */
  readonly protocol: JudgeProtocol;
  /** Those that are measured; what the texts are enough for unless given. */
  readonly metrics?: readonly MetricName[] | undefined;
  /** The label of the model that the others are compared with; the first unless given. */
  readonly teacher?: string | undefined;
  /** Text of people, which baselines are made of; the judge's own texts unless given. */
  readonly reference?: ReferenceText | undefined;
  readonly sweep: Sweep;
  /** Steps at which texts are shown. */
  readonly shownSteps: readonly number[];
}

interface ReferenceText {
  /** As `--data`. */
  readonly data: string;
  /** Of JSONL. */
  readonly field: string;
  readonly packing: Packing;
}

/** What each model of a family is measured at. */
export interface Sweep extends Pick<
  ReportSettings,
  "steps" | "precisions" | "temperatures" | "orders" | "bos" | "correctorSteps" | "texts" | "seed"
> {
  /** Tokens of each text; the length of the first model unless given. */
  readonly length?: number | undefined;
}

/** How all models are opened, and on what they run. */
export type Opening = CheckpointFlags & EngineFlags & QueueFlags;

export type LabelledName = Pick<ReportedModel, "label" | "name">;

/** Models that are there and fit each other, and the keys of what is to be measured of them. */
export interface Family {
  readonly models: readonly Subject[];
  readonly judge: Judge;
  readonly baselines: readonly KeyedBaseline[];
  readonly columns: readonly ColumnName[];
  readonly protocol: JudgeProtocol;
  /** Of people; undefined where the judge's own texts stand in for them. */
  readonly reference: Reference | undefined;
  readonly settings: ReportSettings;
}

/** Texts of people: those that baselines are made of and metrics compare with, and others to be measured themselves. */
interface Reference {
  readonly texts: Samples;
  readonly others: Samples;
}

export interface Subject extends ReportedModel {
  readonly cells: readonly KeyedCell[];
}

export type KeyedCell = ReportCell & { readonly key: string };

interface Judge extends ReportedModel {
  /** Of the texts that it writes itself. */
  readonly key: string;
}

type KeyedBaseline = NaiveBaseline & { readonly key: string };

/**
 * Reads all models before anything is sampled.
 *
 * @throws SdttError `checkpoint` for a model of the wrong family; `usage` for a judge of another vocabulary under
 *   the protocol `ids`, and for what `columnsFor` and `planReport` refuse.
 */
export async function examineFamily(
  options: FamilyOptions,
  { context, opening }: { readonly context: CliContext; readonly opening: Opening },
): Promise<Family> {
  const { sweep, reference, protocol } = options;
  const plan = planFamily(options);
  const judge = await examineModel(options.judge.name, opening, context, expectCausal);
  const models: (LabelledName & ExaminedModel)[] = [];
  for (const { label, name } of options.models) {
    const examined = await examineModel(name, opening, context, expectDenoiser);
    if (protocol === "ids") expectSameVocabulary({ judge, model: examined });
    models.push({ ...examined, label });
  }
  const { texts, seed, length = models[0]!.description.config.length } = sweep;
  const people =
    reference && (await readReference(reference, { ...judge, length, texts: 2 * texts }, context));
  const columns = columnsFor(options.metrics, { texts, length, reference: people?.texts, protocol });

  // The seconds of a text follow from what it ran on, though the text does not.
  const { engine, threads = null } = opening;
  const source = people ? digestOf(people.texts) : judge.digest;
  const measuring = { measuring: 2, texts, length, seed, judge: judge.digest, protocol };
  const common = { ...measuring, ...(columns.length > 0 && { columns, source }) };
  const running = { ...common, engine, threads };
  const writing = opening.queue === undefined ? running : { ...running, jobTexts: opening.jobTexts };
  const baselines = [...naiveBaselines(length), ...(people ? [humanTexts(people)] : [])];
  return {
    judge: { ...options.judge, digest: judge.digest, key: resultKey({ ...running, model: judge.digest }) },
    models: models.map(({ label, name, digest }) => ({
      label,
      name,
      digest,
      cells: plan.cells
        .filter((cell) => cell.label === label)
        .map((cell) => {
          const { steps, precision, temperature, order } = cell;
          // Keys from before there were orders are those of the published one.
          const drawn = {
            steps,
            precision,
            temperature,
            ...(order !== "random" && { order }),
            ...(sweep.bos && { bos: true }),
            ...(sweep.correctorSteps && precision === "exact" && { correctorSteps: sweep.correctorSteps }),
          };
          return { ...cell, key: resultKey({ ...writing, model: digest, ...drawn }) };
        }),
    })),
    columns,
    protocol,
    baselines: baselines.map((baseline) => ({
      ...baseline,
      key: resultKey({ ...common, baseline: baseline.label, source }),
    })),
    reference: people,
    settings: {
      ...sweep,
      length,
      teacher: plan.teacher,
      shownSteps: options.shownSteps,
      reference: reference ? reference.data : `${options.judge.label}'s own texts`,
    },
  };
}

/** What is to be measured of a family, as far as it is known without its models. */
export function planFamily({ models, judge, teacher, sweep }: FamilyOptions): ReportPlan {
  const labels = models.map(({ label }) => label);
  return planReport({ ...sweep, labels, judge: judge.label, teacher });
}

/** The first half is compared with; the other is measured, so that no text is compared with itself. */
async function readReference(
  { data, field, packing }: ReferenceText,
  {
    checkpoint,
    name: model,
    length,
    texts,
  }: { checkpoint: Checkpoint; name: string; length: number; texts: number },
  context: CliContext,
): Promise<Reference> {
  const options = { checkpoint, model, data, field, packing, length, texts } as const;
  const { tokens, batch } = (await readHeldOutTexts(options, context)).texts;
  // Of a single block, both are the same.
  const count = Math.max(1, Math.floor(batch / 2));
  const part = (from: number): Samples => ({
    tokens: tokens.slice(from * length, (from + count) * length),
    batch: count,
    length,
  });
  return { texts: part(0), others: part(batch - count) };
}

function humanTexts({ others }: Reference): NaiveBaseline {
  return { label: "the reference", make: () => others };
}

function digestOf({ tokens, batch, length }: Samples): string {
  return createHash("sha256")
    .update(JSON.stringify([batch, length]))
    .update(tokens)
    .digest("hex");
}
