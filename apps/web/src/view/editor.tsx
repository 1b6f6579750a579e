import type { VNode } from "preact";
import { useRef } from "preact/hooks";
import { examples } from "../content.ts";
import type { Example } from "../content.ts";
import { splitGaps } from "../state/gaps.ts";
import { EditorHint } from "./editor-hint.tsx";

export interface EditorProps {
  readonly text: string;
  readonly onText: (text: string) => void;
  readonly onExample: (example: Example) => void;
  /** Ctrl or Cmd and Enter. */
  readonly onWrite: () => void;
}

/** The text to continue, with its gaps marked. */
export function Editor({ text, onText, onExample, onWrite }: EditorProps): VNode {
  const area = useRef<HTMLTextAreaElement>(null);
  const insertGap = () => {
    const { selectionStart, selectionEnd } = area.current!;
    area.current!.setRangeText("<mask:4>", selectionStart, selectionEnd, "end");
    onText(area.current!.value);
    area.current!.focus();
  };
  return (
    <div class="editor">
      <label class="name" for="text">
        Text
      </label>
      <div class="sheet">
        {/* Lies under the words and marks the gaps; its last line break needs something after it to count. */}
        <div class="marks" aria-hidden="true" dir="auto">
          {splitGaps(text).map(({ kind, text }) => (kind === "gap" ? <mark>{text}</mark> : text))}{" "}
        </div>
        <textarea
          id="text"
          ref={area}
          rows={2}
          dir="auto"
          spellcheck={false}
          aria-describedby="text-hint"
          value={text}
          onInput={({ currentTarget }) => onText(currentTarget.value)}
          onKeyDown={(event) => {
            if (event.key !== "Enter" || !(event.ctrlKey || event.metaKey)) return;
            event.preventDefault();
            onWrite();
          }}
        />
      </div>
      <EditorHint id="text-hint" text={text} onText={onText} />
      <div class="examples" role="group" aria-label="Examples">
        <button type="button" onClick={insertGap}>
          + gap
        </button>
        {examples.map((example) => (
          <button
            type="button"
            key={example.text}
            aria-label={spell(example, "(gap)")}
            onClick={() => onExample(example)}
          >
            {spell(example, "▁▁")}
          </button>
        ))}
      </div>
    </div>
  );
}

function spell({ text }: Example, gap: string): string {
  return splitGaps(text)
    .map((stretch) => (stretch.kind === "gap" ? gap : stretch.text))
    .join("");
}
