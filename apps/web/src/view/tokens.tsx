import type { VNode } from "preact";
import type { Cell } from "../state/cells.ts";
import type { View } from "../state/state.ts";
import { percent } from "./format.ts";
import { moveTo } from "./move-to.ts";

export interface TokensProps {
  /** Of the list; its tokens are `${id}-${position}`. */
  readonly id: string;
  readonly name: string;
  readonly cells: readonly Cell[];
  readonly view: View;
  readonly active?: number | undefined;
  readonly onInspect?: (position: number | undefined) => void;
}

/** One stop for the keyboard; arrows go from token to token, Home and End to the ends. */
export function Tokens({ id, name, cells, view, active, onInspect }: TokensProps): VNode {
  const inspect = (target: EventTarget | null) => {
    const token = (target as Element | null)?.closest<HTMLElement>("[data-position]");
    if (token) onInspect?.(Number(token.dataset["position"]));
  };
  return (
    <div
      id={id}
      class="tokens"
      data-view={view}
      role="listbox"
      tabIndex={onInspect ? 0 : -1}
      aria-label={name}
      aria-activedescendant={active === undefined ? undefined : `${id}-${active}`}
      onFocus={() => active === undefined && onInspect?.(0)}
      onMouseOver={({ target }) => inspect(target)}
      onClick={({ target }) => inspect(target)}
      onKeyDown={(event) => {
        const next = moveTo(event.key, active ?? 0, event.currentTarget);
        if (next === undefined) return;
        event.preventDefault();
        onInspect?.(next);
      }}
    >
      {cells.map((cell, position) => {
        const { lead, word, tail } = spaced(cell);
        return [
          lead,
          <span
            key={position}
            id={`${id}-${position}`}
            data-position={position}
            class={classOf(cell, lead)}
            role="option"
            aria-selected={position === active}
            aria-label={describe(cell)}
            {...(cell.kind === "masked" && { "data-room": word })}
            {...(cell.kind === "written" && { style: { "--age": cell.age } })}
          >
            {cell.kind === "masked" ? "" : word}
          </span>,
          tail,
        ];
      })}
    </div>
  );
}

function classOf(cell: Cell, lead: string): string {
  const fresh = cell.kind === "written" && cell.isFresh ? " fresh" : "";
  return `token ${cell.kind}${fresh}${lead === "" ? " joined" : ""}`;
}

/** Space before a word stands before its field, not in it; a token of space alone has a sign for a word. */
function spaced(cell: Cell): { lead: string; word: string; tail: string } {
  if (cell.kind === "masked" && cell.later === undefined) return { lead: " ", word: "····", tail: "" };
  const text = cell.kind === "masked" ? cell.later! : cell.text;
  const lead = /^\s*/.exec(text)![0];
  if (cell.kind === "given" && text === " ") return { lead: "", word: text, tail: "" };
  if (lead.length < text.length) return { lead, word: text.slice(lead.length), tail: "" };
  return lead.includes("\n") ? { lead: "", word: "↵", tail: lead } : { lead, word: "␣", tail: "" };
}

/** What is said of a token, in sight and out of it. */
function describe(cell: Cell): string {
  switch (cell.kind) {
    case "given":
      return `${cell.text.trim()}, given`;
    case "masked":
      return "masked";
    case "written":
      return `${cell.text.trim() || "space"}, step ${cell.step}, probability ${percent(cell.probability)}`;
  }
}
