import type { VNode } from "preact";
import type { Page } from "../effects/use-page.ts";
import { cellsAt, previewCells } from "../state/cells.ts";
import type { View } from "../state/state.ts";
import { Deck } from "./deck.tsx";
import { Panel } from "./panel.tsx";
import { Tokens } from "./tokens.tsx";

/** The texts as they stand at the step that is looked at. */
export function Stage({ page }: { page: Page }): VNode {
  const { state, dispatch } = page;
  const { runs, settings, view, playhead, inspected } = state;
  return (
    <section class="stage" aria-label="What is written">
      <fieldset class="views">
        <legend>Show as</legend>
        {(["text", "grid"] satisfies View[]).map((each) => (
          <label key={each}>
            <input
              type="radio"
              name="view"
              checked={view === each}
              onChange={() => dispatch({ type: "view", view: each })}
            />
            {each}
          </label>
        ))}
      </fieldset>
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
