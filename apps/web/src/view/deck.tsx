import type { VNode } from "preact";
import type { Page } from "../effects/use-page.ts";
import { cellsAt } from "../state/cells.ts";
import { lastStep, latestStep } from "../state/run.ts";
import { revealsPerStep } from "../state/statistics.ts";
import { Caption } from "./caption.tsx";
import { Histogram } from "./histogram.tsx";
import { PlayButton } from "./play-button.tsx";

/** Moves through the steps, and says what is pointed at. */
export function Deck({ page }: { page: Page }): VNode {
  const { state, dispatch, stop } = page;
  const { runs, playhead, inspected } = state;
  const last = lastStep(runs);
  const arrived = Math.max(0, ...runs.map(latestStep));
  const { step, mode } = playhead;
  const pointed = inspected && runs[inspected.run];
  return (
    <div class="deck">
      <Caption cell={pointed && cellsAt(pointed, step)[inspected.position]} />
      <div class="scrubber">
        <PlayButton
          mode={mode}
          isDisabled={arrived === 0 && mode !== "following"}
          onPlay={() => dispatch({ type: "play" })}
          onStop={stop}
        />
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
        <span class="step" aria-hidden="true">
          {step}
          <small> / {last}</small>
        </span>
      </div>
    </div>
  );
}
