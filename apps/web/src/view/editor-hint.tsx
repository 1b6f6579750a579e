import type { VNode } from "preact";
import { correct, findNearMiss } from "../state/near-miss.ts";

export interface EditorHintProps {
  readonly id: string;
  readonly text: string;
  readonly onText: (text: string) => void;
}

/** How gaps are written; where one is nearly written, what is wrong with it. */
export function EditorHint({ id, text, onText }: EditorHintProps): VNode {
  const miss = findNearMiss(text);
  return (
    <p id={id} class="hint">
      {miss ? (
        <>
          <code>{miss.text}</code> is not a gap.{" "}
          <button type="button" class="inline" onClick={() => onText(correct(text, miss))}>
            Change it to <code>{miss.meant}</code>
          </button>
        </>
      ) : (
        <>
          A text to continue, or one with gaps: <code>&lt;mask:4&gt;</code> leaves room for four tokens.
        </>
      )}
    </p>
  );
}
