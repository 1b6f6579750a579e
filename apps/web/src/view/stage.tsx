import type { VNode } from "preact";
import { useEffect, useRef } from "preact/hooks";
import type { Page } from "../effects/use-page.ts";
import { cellsAt, previewCells } from "../state/cells.ts";
import { Deck } from "./deck.tsx";
import { Panel } from "./panel.tsx";
import { Tokens } from "./tokens.tsx";
import { Toolbar } from "./toolbar.tsx";
import { wide } from "./wide.ts";

/** The texts as they stand at the step that is looked at. */
export function Stage({ page }: { page: Page }): VNode {
  const { state, dispatch } = page;
  const { runs, settings, view, playhead, inspected } = state;
  const stage = useRef<HTMLElement>(null);
  // On a phone it lies below the form: whoever starts a text wants to see it.
  const isFollowing = playhead.mode === "following";
  useEffect(() => {
    if (isFollowing && !matchMedia(wide).matches) stage.current!.scrollIntoView();
  }, [isFollowing]);
  return (
    <section class="stage" aria-label="What is written" ref={stage}>
      <Toolbar page={page} />
      <div class="panels" data-count={runs.length}>
        {runs.length === 0 && (
          <article class="panel preview" aria-hidden="true">
            <Tokens id="preview" name="Preview" cells={previewCells(settings)} view={view} />
          </article>
        )}
        {runs.map((run, index) => {
          const cells = run.length > 0 ? cellsAt(run, playhead.step) : previewCells(settings);
          return (
            <Panel key={run.model} run={run} step={playhead.step}>
              <Tokens
                id={`tokens-${index}`}
                name={`Tokens of ${run.model}`}
                cells={cells}
                view={view}
                active={inspected?.run === index ? inspected.position : undefined}
                onInspect={(position) =>
                  dispatch({
                    type: "inspect",
                    inspected: position === undefined ? undefined : { run: index, position },
                  })
                }
              />
            </Panel>
          );
        })}
      </div>
      {runs.length > 0 && <Deck page={page} />}
    </section>
  );
}
