import { tensor } from "@sdtt/core";
import type { DrawRequest, TokenSet } from "@sdtt/core";
import type { HiddenPart } from "./backbone.ts";

/** Rows of a part that may draw the same tokens. */
export interface RowGroup extends HiddenPart {
  /** All tokens, if undefined. */
  readonly allowed: TokenSet | undefined;
}

/**
 * Parts the rows that are restricted from those that are not, and by their sets: the usual draw then never pays for a
 * restriction, and no row's draw depends on what the others may be.
 */
export function groupRows(part: HiddenPart, allowed: DrawRequest["allowed"]): RowGroup[] {
  if (!allowed) return [{ ...part, allowed: undefined }];
  const indices = new Map<TokenSet | undefined, number[]>();
  for (const [i, place] of part.places.entries()) {
    const set = allowed[place];
    indices.set(set, [...(indices.get(set) ?? []), i]);
  }
  const width = part.hidden.shape[1]!;
  return Array.from(indices, ([set, chosen]) => {
    const hidden = new Float32Array(chosen.length * width);
    chosen.forEach((i, row) =>
      hidden.set(part.hidden.data.subarray(i * width, (i + 1) * width), row * width),
    );
    return {
      hidden: tensor("float32", [chosen.length, width], hidden),
      places: Int32Array.from(chosen, (i) => part.places[i]!),
      allowed: set,
    };
  });
}
