import { mkdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { isSdttError } from "@sdtt/core";
import { Command, Option } from "commander";
import { recipeTexts } from "./recipe-texts.ts";
import type { RecipeTexts } from "./recipe-texts.ts";
import { runStages } from "./run-stages.ts";
import { planStages } from "./stages.ts";
import type { Recipe } from "./stages.ts";

interface Flags {
  readonly data?: string;
  readonly validation?: string;
  readonly out: string;
  readonly recipe: string;
  readonly plan?: boolean;
}

const command = new Command("make")
  .description(
    "make the tiny family: tokenizer, teacher, judge, students of every round, report, packed models",
  )
  .option(
    "--data <files>",
    "text to learn from: text or JSONL, also .gz; smoke and stories write their own if none is named",
  )
  .option("--validation <files>", "text that is only measured on")
  .option("--out <folder>", "where all of it goes; a run that is there is resumed", "runs/tiny")
  .addOption(
    new Option(
      "--recipe <name>",
      "what to make: the bundled family; one of minutes, to see it run; one of a language that a very small model masters",
    )
      .choices(["full", "smoke", "stories"])
      .default("full"),
  )
  .option("--plan", "print the commands and run none")
  .parse();
const { out, recipe: name, plan, ...named } = command.opts<Flags>();

const configs = fileURLToPath(new URL(`../recipes/${name}/`, import.meta.url));
const recipe = JSON.parse(await readFile(join(configs, "recipe.json"), "utf8")) as Recipe;
const texts = textsOrRefusal();
const stages = planStages({ configs, recipe, out, ...texts });
if (plan) {
  for (const { args } of stages) console.log(`sdtt ${args.join(" ")}`);
} else {
  await mkdir(out, { recursive: true });
  await texts.prepare?.();
  process.exitCode = await runStages(stages);
}

/** What was not asked for well is a line and status 2; all else is a bug and shows where it is. */
function textsOrRefusal(): RecipeTexts {
  try {
    return recipeTexts({ name, recipe, out, ...named });
  } catch (error) {
    if (!isSdttError(error)) throw error;
    return command.error(`error: ${error.message}`, { exitCode: 2 });
  }
}
