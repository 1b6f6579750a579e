import type { VNode } from "preact";
import { useMemo, useRef } from "preact/hooks";
import type { Page } from "../effects/use-page.ts";
import { cellsAt } from "../state/cells.ts";
import { arrivedStep } from "../state/playhead.ts";
import { lastStep } from "../state/run.ts";
import type { Run } from "../state/run.ts";
import { revealsPerStep } from "../state/statistics.ts";
import { Caption } from "./caption.tsx";
import { Histogram } from "./histogram.tsx";
import { PlayButton } from "./play-button.tsx";

/** Moves through the steps, and says what is pointed at. */
export function Deck({ page, runs }: { page: Page; runs: readonly Run[] }): VNode {
  const { state, dispatch, stop } = page;
  const { step, mode } = state.playhead;
  const { inspected } = state;
  const scrubber = useRef<HTMLInputElement>(null);
  const last = lastStep(runs);
  const counts = useMemo(() => revealsPerStep(runs, last), [runs, last]);
  const arrived = arrivedStep(runs);
  const pointed = inspected && runs[inspected.run];
  const skip = () => mode === "writing" && dispatch({ type: "skip" });
  return (
    <div class="deck">
      <div class="remarks">
        <Caption cell={pointed && cellsAt(pointed, step)[inspected.position]} />
        {mode === "writing" && (
          <button
            type="button"
            class="quiet"
            onClick={() => {
              skip();
              // The button goes: who pressed it by key is left beside where it was.
              scrubber.current!.focus();
            }}
          >
            Skip to the end
          </button>
        )}
      </div>
      <div class="scrubber">
        <PlayButton
          mode={mode}
          isDisabled={arrived === 0 && (mode === "resting" || mode === "playing")}
          onPlay={() => dispatch({ type: "play" })}
          onStop={stop}
        />
        <div class="track">
          <Histogram counts={counts} step={step} onClick={skip} />
          <input
            ref={scrubber}
            type="range"
            aria-label="Step"
            aria-valuetext={`step ${step} of ${last}`}
            min={0}
            max={last}
            step={1}
            value={step}
            disabled={state.runs.length === 0}
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
