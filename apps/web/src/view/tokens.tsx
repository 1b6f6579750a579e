import type { VNode } from "preact";
import type { Cell } from "../state/cells.ts";
import type { View } from "../state/state.ts";
import { moveTo } from "./move-to.ts";
import { isJoined, Token } from "./token.tsx";

export interface TokensProps {
  /** Of the list; its tokens are `${id}-${position}`. */
  readonly id: string;
  readonly name: string;
  readonly cells: readonly Cell[];
  readonly view: View;
  readonly active?: number | undefined;
  /** Absent while there is nothing to inspect: the list is then for the eye alone. */
  readonly onInspect?: ((position: number) => void) | undefined;
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
      dir="auto"
      data-view={view}
      role="listbox"
      tabIndex={onInspect && 0}
      aria-hidden={!onInspect}
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
      {cells.map((cell, position) => (
        <Token
          key={position}
          id={id}
          position={position}
          cell={cell}
          isActive={position === active}
          isFollowed={position + 1 < cells.length && isJoined(cells[position + 1]!)}
        />
      ))}
    </div>
  );
}
