import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { stories } from "./stories.ts";

/** Files to learn from, and files that are only measured on. */
export interface RecipeTexts {
  readonly data: string;
  readonly validation: string;
  /** They are to be written first. */
  readonly areStories: boolean;
}

/** Those that were named; else, for the recipe of the stories, those that it writes itself. */
export function recipeTexts(options: {
  name: string;
  out: string;
  data?: string | undefined;
  validation?: string | undefined;
}): RecipeTexts {
  const { name, out, data, validation } = options;
  if (data !== undefined && validation !== undefined) return { data, validation, areStories: false };
  if (name !== "stories") throw new Error(`The recipe ${name} needs --data and --validation.`);
  return { data: join(out, "train.txt"), validation: join(out, "valid.txt"), areStories: true };
}

export async function writeStories({ data, validation }: RecipeTexts): Promise<void> {
  await writeFile(data, stories({ seed: 1, count: 40_000 }));
  await writeFile(validation, stories({ seed: 2, count: 2000 }));
}
