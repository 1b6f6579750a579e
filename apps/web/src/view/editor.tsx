import type { VNode } from "preact";
import { useRef } from "preact/hooks";
import { splitGaps } from "../state/gaps.ts";

export interface EditorProps {
  readonly text: string;
  readonly onText: (text: string) => void;
  /** Ctrl or Cmd and Enter. */
  readonly onWrite: () => void;
}

const examples = [
  "It was",
  "The <mask:4> sat on the <mask:2>.",
  "Dear <mask:3>, <mask:24> Yours, <mask:3>.",
  "“<mask:12>” said the old man, “<mask:16>.”",
];

/** The text to go on from, with its gaps marked. */
export function Editor({ text, onText, onWrite }: EditorProps): VNode {
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
        {/* Lies under the words and marks the gaps; its last line break needs something behind it to count. */}
        <div class="marks" aria-hidden="true">
          {splitGaps(text).map(({ kind, text }) => (kind === "gap" ? <mark>{text}</mark> : text))}{" "}
        </div>
        <textarea
          id="text"
          ref={area}
          rows={2}
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
      <p id="text-hint" class="hint">
        A text to go on from, or one with gaps: <code>&lt;mask:4&gt;</code> leaves room for four tokens.
      </p>
      <div class="examples" role="group" aria-label="Examples">
        <button type="button" onClick={insertGap}>
          + gap
        </button>
        {examples.map((example) => (
          <button type="button" key={example} onClick={() => onText(example)}>
            {splitGaps(example).map(({ kind, text }) => (kind === "gap" ? "▁▁" : text))}
          </button>
        ))}
      </div>
    </div>
  );
}
