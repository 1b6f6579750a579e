import type { VNode } from "preact";
import type { Page } from "../effects/use-page.ts";
import type { View } from "../state/state.ts";
import { CopyButton } from "./copy-button.tsx";

/** What can be done with the texts: taken away, or shown in another way. */
export function Toolbar({ page }: { page: Page }): VNode {
  const { state, dispatch, copy } = page;
  const { runs, view } = state;
  const text = runs.map(({ text }) => text).join("\n\n");
  return (
    <div class="toolbar">
      {runs.length > 0 && (
        <>
          <CopyButton label="Copy text" isDisabled={text.trim() === ""} onCopy={() => copy("Text", text)} />
          <CopyButton label="Copy link" onCopy={() => copy("Link", location.href)} />
        </>
      )}
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
    </div>
  );
}
