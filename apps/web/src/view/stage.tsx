import type { VNode } from "preact";
import { useEffect, useMemo, useRef } from "preact/hooks";
import type { Page } from "../effects/use-page.ts";
import { cellsAt, previewCells } from "../state/cells.ts";
import { writersOf } from "../state/models.ts";
import { isBeingWritten } from "../state/playhead.ts";
import { idleRuns } from "../state/run.ts";
import { Deck } from "./deck.tsx";
import { Failures } from "./failures.tsx";
import { Panel } from "./panel.tsx";
import { Tokens } from "./tokens.tsx";
import { Toolbar } from "./toolbar.tsx";
import { wide } from "./wide.ts";

/** The texts as they stand at the step that is looked at; before the first, what they will look like, in the same places. */
export function Stage({ page }: { page: Page }): VNode {
  const { state, dispatch } = page;
  const { settings, view, playhead, inspected } = state;
  const { text, length } = settings;
  const preview = useMemo(() => previewCells({ text, length }), [text, length]);
  const runs = state.runs.length > 0 ? state.runs : idleRuns(writersOf(settings), settings.steps);
  const stage = useRef<HTMLElement>(null);
  // On a phone it lies below the form: whoever starts a text wants to see it.
  const isWriting = isBeingWritten(playhead, runs);
  useEffect(() => {
    if (isWriting && !matchMedia(wide).matches) stage.current!.scrollIntoView();
  }, [isWriting]);
  return (
    <section class="stage" aria-label="What is written" ref={stage}>
      <Toolbar page={page} />
      <Failures runs={runs} onRetry={() => page.write()} />
      <div
        class="panels"
        data-count={runs.length}
        onClick={() => playhead.mode === "writing" && dispatch({ type: "skip" })}
      >
        {runs.map((run, index) => {
          const isKnown = run.length > 0;
          return (
            <Panel key={run.model} run={run} step={playhead.step}>
              <Tokens
                id={`tokens-${index}`}
                name={`Tokens of ${run.model}`}
                cells={isKnown ? cellsAt(run, playhead.step) : preview}
                view={view}
                active={inspected?.run === index ? inspected.position : undefined}
                onInspect={
                  isKnown
                    ? (position) => dispatch({ type: "inspect", inspected: { run: index, position } })
                    : undefined
                }
              />
            </Panel>
          );
        })}
      </div>
      <Deck page={page} runs={runs} />
    </section>
  );
}
