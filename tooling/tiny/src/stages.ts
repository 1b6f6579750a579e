import { join } from "node:path";

/** One command of `sdtt`, and what is there once it has done its work. */
export interface Stage {
  readonly name: string;
  /** What `sdtt` is called with. */
  readonly args: readonly string[];
  /**
   * Where this is, the stage is done. Stages without one are run each time: training, distillation and reports resume
   * where they were, and end at once when nothing is left.
   */
  readonly product?: string;
}

export interface RecipeOptions {
  /** A folder with `base.json`, `teacher.json`, `judge.json`, `distill.json` and `recipe.json`. */
  readonly configs: string;
  readonly recipe: Recipe;
  /** Text to learn from, and text that is only measured on. */
  readonly data: string;
  readonly validation: string;
  /** Where all of it goes. */
  readonly out: string;
}

/** What `recipe.json` holds: the choices that are no settings of a run. */
export interface Recipe {
  /** Ids of the tokenizer; the models have the mask beside them. */
  readonly vocabSize: number;
  /** The losses of self-distillation through time; every round of the first is compared. */
  readonly losses: readonly [first: string, ...others: string[]];
  /** The last round, whose student is shipped unless that of `inverse.json` is. */
  readonly round: number;
  /** Whether to distil inversely too, with the settings in `inverse.json`, and to ship that student. */
  readonly inverse?: boolean;
  /** What the packed models recommend to draw with. */
  readonly temperature?: number;
  readonly topP?: number;
  readonly addBos?: boolean;
  readonly order?: "random" | "spread";
  readonly correctorSteps?: number;
  readonly report: { readonly steps: readonly number[]; readonly texts: number };
  /** Which parts of the texts to learn from and to measure on, by their field `src`; all of them unless given. */
  readonly sources?: RecipeSources;
  /** How many stories of the grammar to write where no texts are named. Without it, texts must be named. */
  readonly stories?: { readonly data: number; readonly validation: number };
}

export interface RecipeSources {
  readonly data: readonly string[];
  readonly validation: readonly string[];
}

/**
 * The whole recipe in order: every command can be given by hand as well. The base is an autoregressive model, which learns
 * from few tokens what a diffusion model needs many for; from it come the teacher, by diffusion, and the judge, by more of the same.
 */
export function planStages({ configs, recipe, data, validation, out }: RecipeOptions): Stage[] {
  const at = (...names: string[]) => join(out, ...names);
  const config = (name: string) => join(configs, `${name}.json`);
  const tokenizer = at("tokenizer.json");
  const texts = ["--data", data, "--validation", validation];
  const {
    vocabSize,
    losses,
    round,
    inverse = false,
    report,
    temperature,
    topP,
    order,
    addBos,
    correctorSteps,
  } = recipe;
  const [base, teacher, judge] = [at("base"), at("teacher"), at("judge")];
  const student = (loss: string, number: number) => at(`students-${loss}`, "rounds", `round-${number}`);

  const train = (name: string, initial?: string): Stage => ({
    name: `train the ${name}`,
    args: [
      "train",
      config(name),
      ...(initial === undefined ? [] : ["--initial", initial]),
      "--tokenizer",
      tokenizer,
      ...texts,
      "--out",
      at(name),
    ],
  });
  const distil = (name: string, settings: string, folder: string, ...options: string[]): Stage => ({
    name,
    args: ["distill", config(settings), ...options, "--teacher", teacher, ...texts, "--out", folder],
  });
  const inverseStudent = at("inverse", "rounds", "round-1");
  const pack = (name: string, source: string, ...options: string[]): Stage => ({
    name: `pack the ${name}`,
    args: ["convert", source, at("models", name), "--dtype", "int8", ...options],
    product: at("models", name),
  });
  const recommended = [
    ...(temperature === undefined ? [] : ["--temperature", `${temperature}`]),
    ...(topP === undefined ? [] : ["--top-p", `${topP}`]),
    ...(addBos ? ["--bos"] : []),
    ...(order === undefined ? [] : ["--order", order]),
    ...(correctorSteps === undefined ? [] : ["--corrector-steps", `${correctorSteps}`]),
  ];
  const rounds = Array.from({ length: round }, (_, i) => i + 1);
  const compared = [
    `teacher=${teacher}`,
    ...rounds.map((number) => `round ${number}=${student(losses[0], number)}`),
    ...losses.slice(1).map((loss) => `${loss} ${round}=${student(loss, round)}`),
    ...(inverse ? [`inverse=${inverseStudent}`] : []),
  ];
  return [
    {
      name: "learn a tokenizer",
      args: ["train-tokenizer", tokenizer, "--data", data, "--vocab-size", `${vocabSize}`],
      product: tokenizer,
    },
    train("base"),
    train("teacher", base),
    train("judge", base),
    ...losses.map((loss) => distil(`distil with ${loss}`, "distill", at(`students-${loss}`), "--loss", loss)),
    ...(inverse ? [distil("distil inversely", "inverse", at("inverse"))] : []),
    {
      name: "report",
      args: [
        "eval",
        "report",
        "--judge",
        judge,
        "--out",
        at("report"),
        "--steps",
        report.steps.join(","),
        "--texts",
        `${report.texts}`,
        "--model",
        ...compared,
      ],
    },
    pack("teacher", teacher, "--page", ...recommended),
    pack("student", inverse ? inverseStudent : student(losses[0], round), "--page", ...recommended),
    pack("judge", judge),
  ];
}
