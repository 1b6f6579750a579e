import type { RevealedToken, Token } from "../api/events.ts";
import { splitGaps } from "./gaps.ts";
import { isUnderWay } from "./run.ts";
import type { Run } from "./run.ts";
import type { Settings } from "./settings.ts";

/** What stands in a place. */
export interface Word {
  readonly text: string;
  /** Whether it is the token that ends a text; one that is given begins it. */
  readonly isEnd: boolean;
}

/** A place of the text as it stands at a step. */
export type Cell =
  | (Word & { readonly kind: "given" })
  | {
      readonly kind: "masked";
      /** What will stand here, once the whole text is known: it holds the room. */
      readonly later: Word | undefined;
    }
  | (Word & {
      readonly kind: "written";
      readonly id: number;
      readonly step: number;
      /** Of the steps, 0 the first and 1 the last. */
      readonly age: number;
      readonly probability: number;
      /** Written in this very step. */
      readonly isFresh: boolean;
    });

/** The places of a text at a step, `[length]`. At step 0 nothing is written but what was given. */
export function cellsAt(run: Run, step: number): Cell[] {
  const cells: Cell[] = masks(run.length);
  for (const token of run.given) cells[token.position] = { kind: "given", ...wordOf(token) };
  for (const { step: at, revealed, masked = [], retold = [] } of run.reveals) {
    if (at > step) break;
    for (const position of masked) cells[position] = { kind: "masked", later: undefined };
    for (const token of revealed) cells[token.position] = writtenCell(token, at, run, step);
    for (const token of retold) cells[token.position] = { ...cells[token.position]!, ...wordOf(token) };
  }
  // Not as soon as a token arrives, which may be long before it is shown: the lines would shift with every one.
  if (isUnderWay(run)) return cells;
  const last = lastWords(run);
  return cells.map((cell, position) =>
    cell.kind === "masked" ? { kind: "masked", later: last.get(position) } : cell,
  );
}

function writtenCell(token: RevealedToken, at: number, { steps }: Run, step: number): Cell {
  const { id, probability } = token;
  const age = ageOf(at, steps);
  return { kind: "written", ...wordOf(token), id, step: at, age, probability, isFresh: at === step };
}

/** What each place that is written comes to in the end. */
function lastWords({ reveals }: Run): ReadonlyMap<number, Word> {
  const tokens = reveals.flatMap(({ revealed, retold = [] }) => [...revealed, ...retold]);
  return new Map(tokens.map((token) => [token.position, wordOf(token)]));
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
    // A space before a gap belongs to the gap's first token.
    const words = stretches[i + 1]?.kind === "gap" ? stretch.text.replace(/ $/, "") : stretch.text;
    return (words.match(/\s*\S+|\s+/g) ?? []).map((text) => ({ kind: "given", text, isEnd: false }));
  });
  const hasGap = stretches.some(({ kind }) => kind === "gap");
  const rest = hasGap ? 0 : Math.max(0, length - cells.length);
  return [...cells, ...masks(rest)].slice(0, most);
}

function wordOf({ text, end_of_text: isEnd = false }: Token): Word {
  return { text, isEnd };
}

function masks(count: number): Cell[] {
  return Array.from({ length: count }, () => ({ kind: "masked", later: undefined }));
}
