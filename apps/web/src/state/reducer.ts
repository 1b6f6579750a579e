import type { DenoiseEvent } from "../api/events.ts";
import { fitSettings } from "./models.ts";
import { chooseStep, followRuns, playOn, togglePlaying } from "./playhead.ts";
import { advanceRun, isUnderWay, lastStep, startRun } from "./run.ts";
import type { Run } from "./run.ts";
import type { Settings } from "./settings.ts";
import type { Catalog, Inspected, State, View } from "./state.ts";

export type Action =
  | { readonly type: "catalog"; readonly catalog: Catalog }
  | { readonly type: "settings"; readonly change: Partial<Settings> }
  /** The models that now begin to write; whatever was under way has been stopped. */
  | { readonly type: "start"; readonly models: readonly string[] }
  /** What came for one of the runs, so many seconds after its request. */
  | { readonly type: "event"; readonly run: number; readonly event: DenoiseEvent; readonly seconds: number }
  | { readonly type: "failure"; readonly run: number; readonly message: string }
  | { readonly type: "stop" }
  | { readonly type: "step"; readonly step: number }
  | { readonly type: "play" }
  | { readonly type: "beat" }
  | { readonly type: "view"; readonly view: View }
  | { readonly type: "inspect"; readonly inspected: Inspected | undefined }
  | { readonly type: "notice"; readonly notice: string };

export function reduce(state: State, action: Action): State {
  const { runs, playhead } = state;
  switch (action.type) {
    case "catalog":
      return { ...state, catalog: action.catalog, settings: fitSettings(state.settings, action.catalog) };
    case "settings":
      return { ...state, settings: fitSettings({ ...state.settings, ...action.change }, state.catalog) };
    case "start":
      return {
        ...state,
        runs: action.models.map((model) => startRun(model, state.settings.steps)),
        playhead: { step: 0, mode: "following" },
        inspected: undefined,
        notice: "Writing.",
      };
    case "event":
      return withRun(state, action.run, (run) => advanceRun(run, action.event, action.seconds));
    case "failure":
      return withRun(state, action.run, (run) => ({ ...run, status: "failed", failure: action.message }));
    case "stop": {
      const stopped = runs.map((run): Run => (isUnderWay(run) ? { ...run, status: "stopped" } : run));
      return { ...state, runs: stopped, playhead: { ...playhead, mode: "resting" }, notice: "Stopped." };
    }
    case "step":
      return { ...state, playhead: chooseStep(action.step, runs) };
    case "play":
      return { ...state, playhead: togglePlaying(playhead, runs) };
    case "beat":
      return { ...state, playhead: playOn(playhead, runs) };
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
  const hasEnded = state.runs.some(isUnderWay) && !runs.some(isUnderWay);
  return {
    ...state,
    runs,
    playhead: followRuns(state.playhead, runs),
    notice: hasEnded ? closingNotice(runs) : state.notice,
  };
}

function closingNotice(runs: readonly Run[]): string {
  const failed = runs.find(({ status }) => status === "failed");
  if (failed) return `Failed: ${failed.failure}`;
  return `Done, in ${lastStep(runs)} steps: ${runs.map(({ text }) => text).join(" — ")}`;
}
