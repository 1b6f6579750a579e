import type { VNode } from "preact";
import type { Cell } from "../state/cells.ts";
import { percent } from "./format.ts";
import { nameOf } from "./token-text.ts";

export interface TokenProps {
  /** Of the list. */
  readonly id: string;
  readonly position: number;
  readonly cell: Cell;
  readonly isActive: boolean;
  /** Whether the next one continues its word. */
  readonly isFollowed: boolean;
}

/**
 * One place of a text. What will stand in a masked one stands there already, hidden, once it is known: a step then only repaints,
 * and the lines are not laid out again. Hidden, it can be neither read nor found nor copied.
 */
export function Token({ id, position, cell, isActive, isFollowed }: TokenProps): VNode {
  const { lead, word, tail } = spaced(cell);
  // Preact writes an empty text again each time, which has the lines laid out again; it leaves nothing alone.
  return (
    <>
      {lead || undefined}
      <span
        id={`${id}-${position}`}
        data-position={position}
        class={classOf(cell, isFollowed)}
        role="option"
        aria-selected={isActive}
        aria-label={describe(cell)}
        {...(cell.kind === "written" && { style: { "--age": cell.age } })}
      >
        <span class="word">{word || undefined}</span>
      </span>
      {tail || undefined}
    </>
  );
}

/** Whether a token continues the word before it. */
export function isJoined(cell: Cell): boolean {
  return spaced(cell).lead === "";
}

function classOf(cell: Cell, isFollowed: boolean): string {
  const fresh = cell.kind === "written" && cell.isFresh ? " fresh" : "";
  return `token ${cell.kind}${fresh}${isJoined(cell) ? " joined" : ""}${isFollowed ? " followed" : ""}`;
}

/** Space before a word stands before its field, not in it; a token of space alone has a sign for a word, and so has a text's end. */
function spaced(cell: Cell): { lead: string; word: string; tail: string } {
  if (cell.kind === "masked" && cell.later === undefined) return { lead: " ", word: "····", tail: "" };
  const { text, isEnd } = cell.kind === "masked" ? cell.later! : cell;
  // One that is given stands before the text, where there is nothing to end.
  if (isEnd) return { lead: "", word: cell.kind === "given" ? "" : "¶", tail: text };
  const lead = /^\s*/.exec(text)![0];
  if (cell.kind === "given" && text === " ") return { lead: "", word: text, tail: "" };
  if (lead.length < text.length) return { lead, word: text.slice(lead.length), tail: "" };
  return lead.includes("\n") ? { lead: "", word: "↵", tail: lead } : { lead, word: "␣", tail: "" };
}

/** What is said of a token, in sight and out of it. */
function describe(cell: Cell): string {
  switch (cell.kind) {
    case "given":
      return `${nameOf(cell)}, given`;
    case "masked":
      return "masked";
    case "written":
      return `${nameOf(cell)}, step ${cell.step}, probability ${percent(cell.probability)}`;
  }
}
