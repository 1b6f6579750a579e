import type { VNode } from "preact";
import type { Page } from "../effects/use-page.ts";
import { cellsAt } from "../state/cells.ts";
import { lastStep, latestStep } from "../state/run.ts";
import { revealsPerStep } from "../state/statistics.ts";
import { Caption } from "./caption.tsx";
import { Histogram } from "./histogram.tsx";

/** Moves through the steps, and says what is pointed at. */
export function Deck({ page }: { page: Page }): VNode {
  const { state, dispatch, copy } = page;
  const { runs, playhead, inspected } = state;
  const last = lastStep(runs);
  const arrived = Math.max(0, ...runs.map(latestStep));
  const { step, mode } = playhead;
  const pointed = inspected && runs[inspected.run];
  const text = runs.map(({ text }) => text).join("\n\n");
  return (
    <div class="deck">
      <Caption cell={pointed && cellsAt(pointed, step)[inspected.position]} />
      <div class="scrubber">
        <button
          type="button"
          class="round"
          aria-label={mode === "playing" ? "Pause" : "Play the steps"}
          disabled={arrived === 0 || mode === "following"}
          onClick={() => dispatch({ type: "play" })}
        >
          <span class={mode === "playing" ? "pause" : "play"} aria-hidden="true" />
        </button>
        <div class="track">
          <Histogram counts={revealsPerStep(runs, last)} step={step} />
          <input
            type="range"
            aria-label="Step"
            aria-valuetext={`step ${step} of ${last}`}
            min={0}
            max={last}
            step={1}
            value={step}
            onInput={({ currentTarget }) => dispatch({ type: "step", step: currentTarget.valueAsNumber })}
          />
        </div>
        <output class="step">
          {step}
          <small> / {last}</small>
        </output>
      </div>
      <div class="links">
        <button type="button" disabled={text.trim() === ""} onClick={() => copy("Text", text)}>
          Copy text
        </button>
        <button type="button" onClick={() => copy("Link", location.href)}>
          Copy link
        </button>
      </div>
    </div>
  );
}
