import { splitGaps } from "./gaps.ts";
import type { Run } from "./run.ts";
import type { Settings } from "./settings.ts";

/** A place of the text as it stands at a step. */
export type Cell =
  | { readonly kind: "given"; readonly text: string }
  | {
      readonly kind: "masked";
      /** What will stand here, where that is known already: it holds the room. */
      readonly later: string | undefined;
    }
  | {
      readonly kind: "written";
      readonly text: string;
      readonly id: number;
      readonly step: number;
      /** Of the steps, 0 the first and 1 the last. */
      readonly age: number;
      readonly probability: number;
      /** Written in this very step. */
      readonly isFresh: boolean;
    };

/** The places of a text at a step, `[length]`. At step 0 nothing is written but what was given. */
export function cellsAt(run: Run, step: number): Cell[] {
  const cells: Cell[] = Array.from({ length: run.length }, () => ({ kind: "masked", later: undefined }));
  for (const { position, text } of run.given) cells[position] = { kind: "given", text };
  for (const { step: at, revealed } of run.reveals) {
    for (const { position, id, text, probability } of revealed) {
      cells[position] =
        at > step
          ? { kind: "masked", later: text }
          : {
              kind: "written",
              text,
              id,
              step: at,
              age: ageOf(at, run.steps),
              probability,
              isFresh: at === step,
            };
    }
  }
  return cells;
}

/** Where a step lies between the first (0) and the last (1). */
export function ageOf(step: number, steps: number): number {
  return steps <= 1 ? 1 : Math.min(1, (step - 1) / (steps - 1));
}

/** What the text will look like before it is written. Words are no tokens: how many masks follow a prompt is a guess. */
export function previewCells({ text, length }: Pick<Settings, "text" | "length">): Cell[] {
  const most = 4096;
  const stretches = splitGaps(text);
  const cells = stretches.flatMap((stretch): Cell[] =>
    stretch.kind === "words"
      ? (stretch.text.match(/\s*\S+|\s+/g) ?? []).map((text) => ({ kind: "given", text }))
      : masks(Math.min(stretch.width, most)),
  );
  const hasGap = stretches.some(({ kind }) => kind === "gap");
  return hasGap ? cells.slice(0, most) : [...cells, ...masks(Math.max(0, length - cells.length))];
}

function masks(count: number): Cell[] {
  return Array.from({ length: count }, () => ({ kind: "masked", later: undefined }));
}
