import type { ModelInfo } from "../api/events.ts";
import type { Playhead } from "./playhead.ts";
import type { Failure, Run } from "./run.ts";
import { defaultSettings } from "./settings.ts";
import type { Settings } from "./settings.ts";

/** All that the page shows follows from this. */
export interface State {
  readonly catalog: Catalog;
  readonly settings: Settings;
  /** One for each model that writes; none before the first request. */
  readonly runs: readonly Run[];
  readonly playhead: Playhead;
  readonly view: View;
  /** The token that is pointed at. */
  readonly inspected: Inspected | undefined;
  /** What was said last to those who do not see the page. */
  readonly notice: string;
}

/** `locked` where the server asks for a key. */
export type Catalog =
  | { readonly status: "loading" }
  | { readonly status: "locked"; readonly wasRefused: boolean }
  | { readonly status: "failed"; readonly failure: Failure }
  | { readonly status: "ready"; readonly models: readonly ModelInfo[] };

/** As running text, or each token in a field of its own. */
export type View = "text" | "grid";

export interface Inspected {
  readonly run: number;
  readonly position: number;
}

export function initialState(settings: Settings = defaultSettings): State {
  return {
    catalog: { status: "loading" },
    settings,
    runs: [],
    playhead: { step: 0, mode: "resting" },
    view: "text",
    inspected: undefined,
    notice: "",
  };
}
