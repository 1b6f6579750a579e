import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { SdttError } from "@sdtt/core";
import { stories } from "./stories.ts";

/** Files to learn from, and files that are only measured on. */
export interface RecipeTexts {
  readonly data: string;
  readonly validation: string;
  /** They are to be written first. */
  readonly areStories: boolean;
}

/**
 * Those that were named; else, for the recipe of the stories, those that it writes itself.
 *
 * @throws SdttError `usage` for a recipe that needs texts and was not given both.
 */
export function recipeTexts(options: {
  name: string;
  out: string;
  data?: string | undefined;
  validation?: string | undefined;
}): RecipeTexts {
  const { name, out, data, validation } = options;
  if (data !== undefined && validation !== undefined) return { data, validation, areStories: false };
  if (name !== "stories" || data !== undefined || validation !== undefined) {
    throw new SdttError(
      "usage",
      `The recipe ${name} needs texts of yours: give both --data and --validation.`,
    );
  }
  return { data: join(out, "train.txt"), validation: join(out, "valid.txt"), areStories: true };
}

export async function writeStories({ data, validation }: RecipeTexts): Promise<void> {
  await writeFile(data, stories({ seed: 1, count: 40_000 }));
  await writeFile(validation, stories({ seed: 2, count: 2000 }));
}
