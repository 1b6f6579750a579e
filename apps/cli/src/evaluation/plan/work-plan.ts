import type { ReportCell } from "@sdtt/eval";
import type { LabelledName } from "../family.ts";
import { drawsOf } from "./calibrate.ts";
import type { TextCosts } from "./calibrate.ts";

/** What is known of a model before it is opened. */
export interface Source extends LabelledName {
  /** Whether it is on this machine. */
  readonly isHere: boolean;
  /** Bytes to download; undefined where they are not known. */
  readonly download: number | undefined;
  readonly parameters: number | undefined;
  /** Tokens of the texts that it was trained on. */
  readonly length: number | undefined;
}

/** What is to be done with a model. */
export interface ModelWork extends Source {
  readonly cells: readonly Pick<ReportCell, "steps" | "precision" | "order">[];
  /** Cells that are measured already. */
  readonly known: number;
  readonly costs: TextCosts;
}

/** What is to be done with a family. */
export interface FamilyWork {
  readonly models: readonly ModelWork[];
  readonly judge: Source;
  /** Of each cell. */
  readonly texts: number;
  /** Seconds for the judge to read a text. */
  readonly judging: number;
  /** After the steps of exact draws; none unless given. */
  readonly correctorSteps?: number | undefined;
}

/** Seconds of all cells of a model, the judge's time among them. */
export function secondsOf(
  { cells, costs }: Pick<ModelWork, "cells" | "costs">,
  { texts, judging, correctorSteps = 0 }: Pick<FamilyWork, "texts" | "judging" | "correctorSteps">,
): number {
  const perText = cells.map((cell) => {
    const { fixed, perStep } = costs[drawsOf(cell)]!;
    const steps = cell.steps + (cell.precision === "exact" ? correctorSteps : 0);
    return fixed + perStep * steps + judging;
  });
  return texts * perText.reduce((sum, seconds) => sum + seconds, 0);
}

/** Costs of a model by those of another. */
export function scaleCosts(costs: TextCosts, ratio: number): TextCosts {
  return Object.fromEntries(
    Object.entries(costs).map(([draws, { fixed, perStep }]) => [
      draws,
      { fixed: fixed * ratio, perStep: perStep * ratio },
    ]),
  );
}
