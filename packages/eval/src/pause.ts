import { nextTurn } from "@sdtt/core";

/** Called between pieces of long arithmetic; gives the event loop its turn now and then. Throws `aborted`. */
export type Pause = () => Promise<void> | void;

/** A pause that takes a turn once the arithmetic has taken `milliseconds` without one. */
export function createPause(signal?: AbortSignal, milliseconds = 50): Pause {
  let last = performance.now();
  async function takeTurn(): Promise<void> {
    await nextTurn(signal);
    last = performance.now();
  }
  return () => (performance.now() - last < milliseconds ? undefined : takeTurn());
}
