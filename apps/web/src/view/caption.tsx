import type { VNode } from "preact";
import type { Cell } from "../state/cells.ts";
import { percent } from "./format.ts";
import { signsOf } from "./token-text.ts";

/** What there is to say of the token that is pointed at. The token says the same by itself to those who do not see it. */
export function Caption({ cell }: { cell: Cell | undefined }): VNode {
  return (
    <p class="caption" aria-hidden="true">
      {cell?.kind === "written" && (
        <>
          <q style={{ "--age": cell.age }}>{signsOf(cell)}</q> written in step {cell.step} with probability{" "}
          <b>{percent(cell.probability)}</b> <small>id {cell.id}</small>
        </>
      )}
      {cell?.kind === "given" && (
        <>
          <q>{signsOf(cell)}</q> was given
        </>
      )}
      {cell?.kind === "masked" && "still masked"}
      {cell === undefined && "Point at a token or move through the steps."}
    </p>
  );
}
