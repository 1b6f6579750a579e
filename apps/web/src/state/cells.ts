import { splitGaps } from "./gaps.ts";
import { isUnderWay } from "./run.ts";
import type { Run } from "./run.ts";
import type { Settings } from "./settings.ts";

/** A place of the text as it stands at a step. */
export type Cell =
  | { readonly kind: "given"; readonly text: string }
  | {
      readonly kind: "masked";
      /** What will stand here, once the whole text is known: it holds the room. */
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
  // Not as soon as a token arrives, which may be long before it is shown: the lines would shift with every one.
  const isKnown = !isUnderWay(run);
  for (const { position, text } of run.given) cells[position] = { kind: "given", text };
  for (const { step: at, revealed } of run.reveals) {
    for (const { position, id, text, probability } of revealed) {
      cells[position] =
        at > step
          ? { kind: "masked", later: isKnown ? text : undefined }
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
  const stretches = splitGaps(text.slice(0, 8 * most));
  const cells = stretches.flatMap((stretch, i): Cell[] => {
    if (stretch.kind === "gap") return masks(Math.min(stretch.width, most));
    // A blank before a gap belongs to the gap's first token.
    const words = stretches[i + 1]?.kind === "gap" ? stretch.text.replace(/ $/, "") : stretch.text;
    return (words.match(/\s*\S+|\s+/g) ?? []).map((text) => ({ kind: "given", text }));
  });
  const hasGap = stretches.some(({ kind }) => kind === "gap");
  const rest = hasGap ? 0 : Math.max(0, length - cells.length);
  return [...cells, ...masks(rest)].slice(0, most);
}

function masks(count: number): Cell[] {
  return Array.from({ length: count }, () => ({ kind: "masked", later: undefined }));
}
