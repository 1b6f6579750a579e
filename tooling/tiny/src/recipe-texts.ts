import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { SdttError } from "@sdtt/core";
import { selectSources } from "./select-sources.ts";
import type { RecipeSources } from "./stages.ts";
import { stories } from "./stories.ts";

/** Files to learn from, and files that are only measured on. */
export interface RecipeTexts {
  readonly data: string;
  readonly validation: string;
  /** Makes them, where they are not there as they are needed. */
  readonly prepare?: () => Promise<void>;
}

/**
 * Those that were named, or the parts of them that the recipe takes; else, for the recipe of the stories, those that it writes
 * itself.
 *
 * @throws SdttError `usage` for a recipe that needs texts and was not given both.
 */
export function recipeTexts(options: {
  name: string;
  out: string;
  data?: string | undefined;
  validation?: string | undefined;
  sources?: RecipeSources | undefined;
}): RecipeTexts {
  const { name, out, data, validation, sources } = options;
  if (data !== undefined && validation !== undefined) {
    return sources ? partsOf({ data, validation, sources, out }) : { data, validation };
  }
  if (name !== "stories" || data !== undefined || validation !== undefined) {
    throw new SdttError(
      "usage",
      `The recipe ${name} needs texts of yours: give both --data and --validation.`,
    );
  }
  const written = { data: join(out, "train.txt"), validation: join(out, "valid.txt") };
  return {
    ...written,
    async prepare() {
      await writeFile(written.data, stories({ seed: 1, count: 40_000 }));
      await writeFile(written.validation, stories({ seed: 2, count: 2000 }));
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
