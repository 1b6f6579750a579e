import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { SdttError } from "@sdtt/core";
import { selectSources } from "./select-sources.ts";
import type { Recipe, RecipeSources } from "./stages.ts";
import { stories } from "./stories.ts";

/** Files to learn from, and files that are only measured on. */
export interface RecipeTexts {
  readonly data: string;
  readonly validation: string;
  /** Makes them, where they are not there as they are needed. */
  readonly prepare?: () => Promise<void>;
}

/**
 * Those that were named, or the parts of them that the recipe takes; else, for a recipe of stories, those that it writes itself.
 *
 * @throws SdttError `usage` for a recipe that needs texts and was not given both.
 */
export function recipeTexts(options: {
  readonly name: string;
  readonly recipe: Recipe;
  readonly out: string;
  readonly data?: string | undefined;
  readonly validation?: string | undefined;
}): RecipeTexts {
  const { name, recipe, out, data, validation } = options;
  if (data !== undefined && validation !== undefined) {
    return recipe.sources
      ? partsOf({ data, validation, sources: recipe.sources, out })
      : { data, validation };
  }
  const counts = recipe.stories;
  if (counts === undefined || data !== undefined || validation !== undefined) {
    throw new SdttError(
      "usage",
      `The recipe ${name} needs texts of yours: give both --data and --validation.`,
    );
  }
  const written = { data: join(out, "train.txt"), validation: join(out, "valid.txt") };
  return {
    ...written,
    async prepare() {
      await writeFile(written.data, stories({ seed: 1, count: counts.data }));
      await writeFile(written.validation, stories({ seed: 2, count: counts.validation }));
    },
  };
}

function partsOf(options: {
  data: string;
  validation: string;
  sources: RecipeSources;
  out: string;
}): RecipeTexts {
  const { data, validation, sources, out } = options;
  const parts = { data: join(out, "train.jsonl"), validation: join(out, "valid.jsonl") };
  return {
    ...parts,
    async prepare() {
      await selectSources({ from: data, to: parts.data, sources: sources.data });
      await selectSources({ from: validation, to: parts.validation, sources: sources.validation });
    },
  };
}
