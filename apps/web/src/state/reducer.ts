import type { DenoiseEvent } from "../api/events.ts";
import { changeSettings, fitSettings } from "./models.ts";
import { findNearMiss } from "./near-miss.ts";
import { chooseStep, followRuns, isBeingWritten, playOn, skipAhead, togglePlaying } from "./playhead.ts";
import { advanceRun, isUnderWay, lastStep, startRun } from "./run.ts";
import type { Failure, Run } from "./run.ts";
import type { Settings } from "./settings.ts";
import type { Catalog, Inspected, State, View } from "./state.ts";

export type Action =
  | { readonly type: "catalog"; readonly catalog: Catalog }
  | { readonly type: "settings"; readonly change: Partial<Settings> }
  /** The models that now begin to write, shown by the clock or as they do; whatever was under way has been stopped. */
  | { readonly type: "start"; readonly models: readonly string[]; readonly isPaced: boolean }
  /** What came for one of the runs, so many seconds after its request. */
  | { readonly type: "event"; readonly run: number; readonly event: DenoiseEvent; readonly seconds: number }
  | { readonly type: "failure"; readonly run: number; readonly failure: Failure }
  | { readonly type: "stop" }
  | { readonly type: "step"; readonly step: number }
  | { readonly type: "play" }
  /** Of the clock: so many steps have passed. */
  | { readonly type: "beat"; readonly stride: number }
  /** Shows at once what has arrived. */
  | { readonly type: "skip" }
  | { readonly type: "view"; readonly view: View }
  | { readonly type: "inspect"; readonly inspected: Inspected | undefined }
  | { readonly type: "notice"; readonly notice: string };

export function reduce(state: State, action: Action): State {
  const next = applyAction(state, action);
  const hasEnded = isBeingWritten(state.playhead, state.runs) && !isBeingWritten(next.playhead, next.runs);
  return hasEnded
    ? { ...next, notice: action.type === "stop" ? "Stopped." : closingNotice(next.runs) }
    : next;
}

function applyAction(state: State, action: Action): State {
  const { runs, playhead } = state;
  switch (action.type) {
    case "catalog":
      return { ...state, catalog: action.catalog, settings: fitSettings(state.settings, action.catalog) };
    case "settings":
      return {
        ...state,
        settings: fitSettings(changeSettings(state.settings, action.change), state.catalog),
      };
    case "start":
      return {
        ...state,
        runs: action.models.map((model) => startRun(model, state.settings.steps)),
        playhead: { step: 0, mode: action.isPaced ? "writing" : "following" },
        inspected: undefined,
        notice: openingNotice(state.settings),
      };
    case "event":
      return withRun(state, action.run, (run) => advanceRun(run, action.event, action.seconds));
    case "failure":
      return withRun(state, action.run, (run) => ({ ...run, status: "failed", failure: action.failure }));
    case "stop": {
      const stopped = runs.map((run): Run => (isUnderWay(run) ? { ...run, status: "stopped" } : run));
      return { ...state, runs: stopped, playhead: { ...playhead, mode: "resting" } };
    }
    case "step":
      return { ...state, playhead: chooseStep(action.step, runs) };
    case "play":
      return { ...state, playhead: togglePlaying(playhead, runs) };
    case "beat":
      return { ...state, playhead: playOn(playhead, runs, action.stride) };
    case "skip":
      return { ...state, playhead: skipAhead(runs) };
    case "view":
      return { ...state, view: action.view };
    case "inspect":
      return { ...state, inspected: action.inspected };
    case "notice":
      return { ...state, notice: action.notice };
  }
}

function withRun(state: State, index: number, change: (run: Run) => Run): State {
  const runs = state.runs.map((run, i) => (i === index ? change(run) : run));
  return { ...state, runs, playhead: followRuns(state.playhead, runs) };
}

function openingNotice({ text }: Settings): string {
  const miss = findNearMiss(text);
  return miss ? `Writing. ${miss.text} is not a gap; ${miss.meant} is one.` : "Writing.";
}

/** Empty after a failure: that is an alert, which speaks for itself. A long text is not read out to its end. */
function closingNotice(runs: readonly Run[]): string {
  if (runs.some(({ status }) => status === "failed")) return "";
  const texts = runs.map(({ text }) => text).join(" — ");
  const said = texts.length > mostSaid ? `${texts.slice(0, mostSaid)}…` : texts;
  return `Done, in ${lastStep(runs)} steps: ${said}`;
}

const mostSaid = 600;
