import { join } from "node:path";
import { isSdttError } from "@sdtt/core";
import type { ReportCell } from "@sdtt/eval";
import { namedModels, openCheckpoint, parseModelReference } from "@sdtt/hub";
import { createEngine } from "@sdtt/runtime";
import type { Engine } from "@sdtt/runtime";
import { locateModel } from "sdtt";
import type { CliContext } from "../../context.ts";
import { countParameters } from "../../count-parameters.ts";
import { engineOptions } from "../../engine-options.ts";
import { openJudge, openModel } from "../../model-options.ts";
import { examineFamily, planFamily } from "../family.ts";
import type { FamilyOptions, LabelledName, Opening } from "../family.ts";
import { measurementSchema } from "../measurement-schema.ts";
import { readResults } from "../results-file.ts";
import type { Measurement } from "../measure-texts.ts";
import { calibrateJudge, calibrateModel, drawsOf } from "./calibrate.ts";
import type { Draws, TextCost, TextCosts } from "./calibrate.ts";
import { scaleCosts } from "./work-plan.ts";
import type { FamilyWork, ModelWork, Source } from "./work-plan.ts";

export interface PlanFamiliesOptions {
  readonly context: CliContext;
  readonly opening: Opening;
  readonly families: readonly FamilyOptions[];
  /** The directory that may hold measurements already. */
  readonly out: string;
}

interface Scene extends PlanFamiliesOptions {
  readonly engine: Engine;
  readonly results: ReadonlyMap<string, Measurement>;
  /** Short runs that were made, of models that stand in several families or that others are scaled by. */
  readonly judgings: Map<string, number>;
  readonly costs: Map<string, TextCost>;
}

/** What is left to measure, and what it takes by short runs. Nothing is downloaded, and nothing is kept. */
export async function planFamilies(options: PlanFamiliesOptions): Promise<FamilyWork[]> {
  const { opening, families, out } = options;
  for (const family of families) planFamily(family);
  const results = await readResults(join(out, "results.jsonl"), measurementSchema);
  await using engine = await createEngine(engineOptions(opening));
  const works: FamilyWork[] = [];
  const scene: Scene = { ...options, engine, results, judgings: new Map(), costs: new Map() };
  for (const family of families) works.push(await planOne(family, scene));
  return works;
}

async function planOne(family: FamilyOptions, scene: Scene): Promise<FamilyWork> {
  const { sweep } = family;
  const judge = await findSource(family.judge, scene);
  const models: Source[] = [];
  for (const model of family.models) models.push(await findSource(model, scene));
  const length = sweep.length ?? models[0]!.length ?? 1024;
  const left = await cellsLeft(family, [judge, ...models], scene);

  const judging = await timeJudge(judge, length, scene);
  const works: ModelWork[] = [];
  for (const source of models) {
    const cells = left.filter(({ label }) => label === source.label);
    const costs = await timeModel(source, { cells, length }, scene);
    const known =
      planFamily(family).cells.filter(({ label }) => label === source.label).length - cells.length;
    works.push({ ...source, cells, known, costs });
  }
  return { judge, models: works, judging, texts: sweep.texts, correctorSteps: sweep.correctorSteps };
}

/** What is known of a model without a download. */
async function findSource({ label, name }: LabelledName, { context, opening }: Scene): Promise<Source> {
  const { env, signal } = context;
  const named = namedModels.find((model) => model.name === name);
  try {
    const path = await locateModel(name, { offline: true, hub: { environment: env }, signal });
    const checkpoint = await openCheckpoint({ path, weightSet: opening.weights, signal });
    const { length } = checkpoint.description.config;
    return { label, name, isHere: true, download: 0, length, parameters: countParameters(checkpoint) };
  } catch (error) {
    const isElsewhere = isSdttError(error) && error.code === "not-found" && isOfHub(name);
    if (!isElsewhere) throw error;
    const { size, parameters, config } = named ?? {};
    return { label, name, isHere: false, download: size, length: config?.length, parameters };
  }
}

function isOfHub(name: string): boolean {
  return parseModelReference(name).kind === "hub";
}

/** Cells without a measurement; all of them where that cannot be told, as a model is not here. */
async function cellsLeft(
  family: FamilyOptions,
  sources: readonly Source[],
  scene: Scene,
): Promise<readonly ReportCell[]> {
  if (!sources.every(({ isHere }) => isHere)) return planFamily(family).cells;
  const { models } = await examineFamily(family, scene);
  return models.flatMap(({ cells }) => cells.filter(({ key }) => !scene.results.has(key)));
}

/** Seconds for the judge to read a text. */
async function timeJudge(source: Source, length: number, scene: Scene): Promise<number> {
  const { context, opening, engine } = scene;
  if (!source.isHere) {
    const bundled = await findSource({ label: "", name: "tiny:judge" }, scene);
    return (await timeJudge(bundled, bundled.length!, scene)) * ratioOf({ ...source, length }, bundled);
  }
  const key = JSON.stringify([source.name, length]);
  const timed = scene.judgings.get(key);
  if (timed !== undefined) return timed;
  await using judge = await openJudge({ ...opening, model: source.name, engine }, context);
  const seconds = await calibrateJudge(judge, { length, now: context.now, signal: context.signal });
  scene.judgings.set(key, seconds);
  return seconds;
}

/** What a text of a model costs; one that is not here is scaled by the bundled one, which always is. */
async function timeModel(
  source: Source,
  { cells, length }: { readonly cells: readonly ReportCell[]; readonly length: number },
  scene: Scene,
): Promise<TextCosts> {
  if (!source.isHere) {
    const bundled = await findSource({ label: "", name: "tiny" }, scene);
    const costs = await timeModel(bundled, { cells, length: bundled.length! }, scene);
    return scaleCosts(costs, ratioOf({ ...source, length }, bundled));
  }
  const keyOf = (draws: Draws) => JSON.stringify([source.name, length, draws]);
  const kinds = [...new Set(cells.map(drawsOf))];
  const missing = kinds.filter((draws) => !scene.costs.has(keyOf(draws)));
  if (missing.length > 0) {
    const { context, opening, engine } = scene;
    const { now, signal } = context;
    await using model = await openModel({ ...opening, model: source.name, engine }, context);
    for (const draws of missing) {
      const cost = await calibrateModel(model, { length, draws, now, signal });
      scene.costs.set(keyOf(draws), cost);
    }
  }
  return Object.fromEntries(kinds.map((draws) => [draws, scene.costs.get(keyOf(draws))!]));
}

/** A pass grows with parameters and tokens. NaN for a model whose size is not known. */
function ratioOf(
  { parameters = Number.NaN, length = Number.NaN }: Pick<Source, "parameters" | "length">,
  beside: Source,
): number {
  return (parameters * length) / (beside.parameters! * beside.length!);
}
