import { useEffect, useReducer, useRef } from "preact/hooks";
import type { Client } from "../api/client.ts";
import { changeSettings, fitSettings } from "../state/models.ts";
import { paceOf } from "../state/pace.ts";
import { fromFragment, toFragment } from "../state/permalink.ts";
import { reduce } from "../state/reducer.ts";
import type { Action } from "../state/reducer.ts";
import { isBeingWritten } from "../state/playhead.ts";
import { lastStep } from "../state/run.ts";
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
  /** Asks the server what it has. */
  connect(): Promise<void>;
  unlock(key: string): void;
  /** Whether the browser let it. */
  copy(what: string, text: string): Promise<boolean>;
}

/** Gives whoever answers, who may want a key. */
export type OpenClient = (key?: string) => Client;

/** The state and all effects around it. */
export function usePage(openClient: OpenClient): Page {
  const [state, dispatch] = useReducer(reduce, undefined, () => initialState(fromFragment(location.hash)));
  const key = useRef(keyStore.read());
  const underWay = useRef(new AbortController());
  const latest = useRef(state);
  latest.current = state;

  function write(change: Partial<Settings> = {}): void {
    underWay.current.abort();
    underWay.current = new AbortController();
    dispatch({ type: "settings", change });
    const settings = fitSettings(changeSettings(latest.current.settings, change), latest.current.catalog);
    history.replaceState(null, "", `#${toFragment(settings)}`);
    const client = openClient(key.current);
    void writeTexts({
      client,
      settings,
      dispatch,
      isPaced: !matchMedia("(prefers-reduced-motion: reduce)").matches,
      onChanged: () => void connect(),
      signal: underWay.current.signal,
    });
  }

  function stop(): void {
    if (!isBeingWritten(latest.current.playhead, latest.current.runs)) return;
    underWay.current.abort();
    dispatch({ type: "stop" });
  }

  async function connect(): Promise<void> {
    // A failure that is shown goes while it is tried again: it would else not be told a second time.
    if (latest.current.catalog.status === "failed")
      dispatch({ type: "catalog", catalog: { status: "loading" } });
    const catalog = await loadCatalog(openClient(key.current), key.current !== undefined);
    dispatch({ type: "catalog", catalog });
  }

  function unlock(given: string): void {
    key.current = given;
    keyStore.write(given);
    void connect();
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

  useEffect(() => void connect(), []);

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
    if (mode !== "playing" && mode !== "writing") return undefined;
    const { beat, stride } = paceOf(steps);
    const clock = setInterval(() => dispatch({ type: "beat", stride }), beat);
    return () => clearInterval(clock);
  }, [mode, steps]);

  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      if (event.key === "Escape") stop();
    };
    addEventListener("keydown", onKey);
    return () => removeEventListener("keydown", onKey);
  }, []);

  return { state, dispatch, write, stop, connect, unlock, copy };
}
