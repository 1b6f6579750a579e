import type { VNode } from "preact";
import type { Page } from "../effects/use-page.ts";
import { isUnderWay } from "../state/run.ts";
import { Editor } from "./editor.tsx";
import { ModelFields } from "./model-fields.tsx";
import { SamplingFields } from "./sampling-fields.tsx";
import { wide } from "./wide.ts";

/** What is to be written, and how. */
export function Composer({ page }: { page: Page }): VNode {
  const { state, dispatch, write, stop } = page;
  const { catalog, settings, runs } = state;
  const isReady = catalog.status === "ready";
  const isWriting = runs.some(isUnderWay);
  const change = (change: Partial<typeof settings>) => dispatch({ type: "settings", change });
  return (
    <form
      class="composer"
      onSubmit={(event) => {
        event.preventDefault();
        if (isReady) write();
      }}
    >
      <Editor text={settings.text} onText={(text) => change({ text })} onWrite={() => isReady && write()} />
      <div class="actions">
        {isWriting ? (
          // A key of its own: a button that turns into another one under the pointer would be pressed twice.
          <button key="stop" type="button" class="primary" onClick={stop}>
            Stop
          </button>
        ) : (
          <button key="write" class="primary" disabled={!isReady}>
            Write
          </button>
        )}
        <button type="button" disabled={!isReady} onClick={() => write({ seed: newSeed() })}>
          Another
        </button>
      </div>
      {catalog.status === "failed" && (
        <p role="alert">The server does not answer: {catalog.message} Reload to try again.</p>
      )}
      <details class="settings" open={matchMedia(wide).matches}>
        <summary>Settings</summary>
        <SamplingFields settings={settings} models={isReady ? catalog.models : []} onChange={change} />
        {isReady && <ModelFields settings={settings} models={catalog.models} onChange={change} />}
      </details>
    </form>
  );
}

/** Short, so that it can be read aloud. */
function newSeed(): number {
  return Math.floor(Math.random() * 10_000);
}
