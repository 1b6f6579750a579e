import type { VNode } from "preact";
import { useLayoutEffect, useRef } from "preact/hooks";
import type { Page } from "../effects/use-page.ts";
import { isBeingWritten } from "../state/playhead.ts";
import { Editor } from "./editor.tsx";
import { ModelFields } from "./model-fields.tsx";
import { SamplingFields } from "./sampling-fields.tsx";
import { Trouble } from "./trouble.tsx";
import { wide } from "./wide.ts";

/** What is to be written, and how. */
export function Composer({ page }: { page: Page }): VNode {
  const { state, dispatch, write, stop, connect } = page;
  const { catalog, settings, runs, playhead } = state;
  const isReady = catalog.status === "ready";
  const models = isReady ? catalog.models : [];
  const isWriting = isBeingWritten(playhead, runs);
  const primary = useFocusKept(isWriting);
  const change = (change: Partial<typeof settings>) => dispatch({ type: "settings", change });
  return (
    <form
      class="composer"
      onSubmit={(event) => {
        event.preventDefault();
        if (isReady) write();
      }}
    >
      <Editor
        text={settings.text}
        onText={(text) => change({ text })}
        onExample={change}
        onWrite={() => isReady && write()}
      />
      <div class="actions">
        {isWriting ? (
          // A key of its own: a button that turns into another one under the pointer would be pressed twice.
          <button key="stop" type="button" class="primary" ref={primary} onClick={stop}>
            Stop
          </button>
        ) : (
          <button key="write" class="primary" ref={primary} disabled={!isReady}>
            Write
          </button>
        )}
        <button type="button" disabled={!isReady} onClick={() => write({ seed: newSeed() })}>
          Another
        </button>
      </div>
      {catalog.status === "failed" && <Trouble failure={catalog.failure} onRetry={() => void connect()} />}
      <details class="settings" open={matchMedia(wide).matches}>
        <summary>Settings</summary>
        <SamplingFields settings={settings} models={models} onChange={change} />
        <ModelFields settings={settings} models={models} isReady={isReady} onChange={change} />
      </details>
    </form>
  );
}

/** A button that gives way to another hands its focus on: else a keyboard would have to come back from the top of the page. */
function useFocusKept(which: boolean) {
  const button = useRef<HTMLButtonElement>(null);
  const hadFocus = useRef(false);
  useLayoutEffect(() => {
    if (hadFocus.current && document.activeElement === document.body) {
      button.current?.focus({ preventScroll: true });
    }
    const note = () => (hadFocus.current = document.activeElement === button.current);
    document.addEventListener("focusin", note);
    return () => document.removeEventListener("focusin", note);
  }, [which]);
  return button;
}

/** Short, so that it can be read aloud. */
function newSeed(): number {
  return Math.floor(Math.random() * 10_000);
}
