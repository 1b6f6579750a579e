import { useEffect, useReducer, useRef } from "preact/hooks";
import { createClient } from "../api/client.ts";
import { fitSettings } from "../state/models.ts";
import { fromFragment, toFragment } from "../state/permalink.ts";
import { reduce } from "../state/reducer.ts";
import type { Action } from "../state/reducer.ts";
import { isUnderWay, lastStep } from "../state/run.ts";
import type { Settings } from "../state/settings.ts";
import { initialState } from "../state/state.ts";
import type { State } from "../state/state.ts";
import { keyStore } from "./key-store.ts";
import { loadCatalog } from "./load-catalog.ts";
import { writeTexts } from "./write-texts.ts";

/** What the page can do beyond changing its state. */
export interface Page {
  readonly state: State;
  readonly dispatch: (action: Action) => void;
  /** Writes with the settings as they stand, or with some of them changed. */
  write(change?: Partial<Settings>): void;
  stop(): void;
  unlock(key: string): void;
  /** Whether the browser let it. */
  copy(what: string, text: string): Promise<boolean>;
}

/** The state and all effects around it. */
export function usePage(): Page {
  const [state, dispatch] = useReducer(reduce, undefined, () => initialState(fromFragment(location.hash)));
  const key = useRef(keyStore.read());
  const underWay = useRef(new AbortController());
  const latest = useRef(state);
  latest.current = state;

  function write(change: Partial<Settings> = {}): void {
    underWay.current.abort();
    underWay.current = new AbortController();
    dispatch({ type: "settings", change });
    const settings = fitSettings({ ...latest.current.settings, ...change }, latest.current.catalog);
    history.replaceState(null, "", `#${toFragment(settings)}`);
    const client = createClient({ key: key.current });
    void writeTexts({ client, settings, dispatch, signal: underWay.current.signal });
  }

  function stop(): void {
    if (!latest.current.runs.some(isUnderWay)) return;
    underWay.current.abort();
    dispatch({ type: "stop" });
  }

  async function open(): Promise<void> {
    const catalog = await loadCatalog(createClient({ key: key.current }), key.current !== undefined);
    dispatch({ type: "catalog", catalog });
  }

  function unlock(given: string): void {
    key.current = given;
    keyStore.write(given);
    void open();
  }

  async function copy(what: string, text: string): Promise<boolean> {
    try {
      await navigator.clipboard.writeText(text);
      dispatch({ type: "notice", notice: `${what} copied.` });
      return true;
    } catch {
      dispatch({ type: "notice", notice: "The browser does not let this page copy." });
      return false;
    }
  }

  useEffect(() => void open(), []);

  // A link that somebody sent, or an edited address, is written at once.
  const isReady = state.catalog.status === "ready";
  useEffect(() => {
    if (!isReady) return undefined;
    const follow = () => {
      const linked = fromFragment(location.hash);
      if (linked) write(linked);
    };
    follow();
    addEventListener("hashchange", follow);
    return () => removeEventListener("hashchange", follow);
  }, [isReady]);

  const { mode } = state.playhead;
  const steps = lastStep(state.runs);
  useEffect(() => {
    if (mode !== "playing") return undefined;
    const clock = setInterval(() => dispatch({ type: "beat" }), beatOf(steps));
    return () => clearInterval(clock);
  }, [mode, steps]);

  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      if (event.key === "Escape") stop();
    };
    addEventListener("keydown", onKey);
    return () => removeEventListener("keydown", onKey);
  }, []);

  return { state, dispatch, write, stop, unlock, copy };
}

/** Milliseconds between two steps when they are played: the whole in a few seconds, but slow enough to be seen. */
function beatOf(steps: number): number {
  return Math.min(320, Math.max(30, 5000 / steps));
}
