import { expectSameVocabulary } from "@sdtt/eval";
import type { ReportCell, ReportPlan } from "@sdtt/eval";
import { expectCausal, expectDenoiser } from "@sdtt/hub";
import type { ReportedModel, ReportSettings } from "@sdtt/report";
import type { CliContext } from "../../context.ts";
import type { EngineFlags } from "../../engine-options.ts";
import type { CheckpointFlags } from "../../model-options.ts";
import { examineModel } from "../examine-model.ts";
import type { ExaminedModel } from "../examine-model.ts";
import type { JudgeProtocol } from "../judge-protocol.ts";
import { resultKey } from "./results-file.ts";

export interface SubjectsOptions {
  readonly context: CliContext;
  /** How all models are opened, and on what they run. */
  readonly opening: CheckpointFlags & EngineFlags;
  readonly models: readonly LabelledName[];
  readonly judge: LabelledName;
  /** How the judge reads the texts. */
  readonly protocol: JudgeProtocol;
  readonly plan: ReportPlan;
  /** The length is that of the first model unless given. */
  readonly settings: Pick<ReportSettings, "texts" | "seed"> & { readonly length?: number | undefined };
}

export type LabelledName = Pick<ReportedModel, "label" | "name">;

/** Models that are there and fit each other, and the keys of what is to be measured of them. */
export interface ReportSubjects {
  readonly models: readonly Subject[];
  readonly judge: Judge;
  /** Tokens of each text. */
  readonly length: number;
}

export interface Subject extends ReportedModel {
  readonly cells: readonly (ReportCell & { readonly key: string })[];
}

export interface Judge extends ReportedModel {
  /** Of the texts that it writes itself. */
  readonly key: string;
}

/**
 * Reads all models before anything is sampled.
 *
 * @throws SdttError `checkpoint` for a model of the wrong family; `usage` for a judge of another vocabulary under
 *   the protocol `ids`.
 */
export async function examineSubjects(options: SubjectsOptions): Promise<ReportSubjects> {
  const { context, opening, plan, settings, protocol } = options;
  const judge = await examineModel(options.judge.name, opening, context, expectCausal);
  const models: (LabelledName & ExaminedModel)[] = [];
  for (const { label, name } of options.models) {
    const examined = await examineModel(name, opening, context, expectDenoiser);
    if (protocol === "ids") expectSameVocabulary({ judge, model: examined });
    models.push({ ...examined, label });
  }

  const { texts, seed, length = models[0]!.description.config.length } = settings;
  // The seconds of a text follow from what it ran on, though the text does not.
  const { engine, threads = null } = opening;
  const byText = protocol === "text" ? { protocol } : {};
  const common = { measuring: 1, texts, length, seed, judge: judge.digest, engine, threads, ...byText };
  return {
    length,
    judge: {
      ...options.judge,
      digest: judge.digest,
      key: resultKey({ ...common, model: judge.digest }),
    },
    models: models.map(({ label, name, digest }) => ({
      label,
      name,
      digest,
      cells: plan.cells
        .filter((cell) => cell.label === label)
        .map((cell) => {
          const { steps, precision } = cell;
          return { ...cell, key: resultKey({ ...common, model: digest, steps, precision }) };
        }),
    })),
  };
}
