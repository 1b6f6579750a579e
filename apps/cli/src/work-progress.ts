import { formatSeconds } from "@sdtt/report/text";
import { printLine } from "./context.ts";
import type { CliContext } from "./context.ts";
import { createTerminalPicture } from "./terminal-picture.ts";

/** Says on stderr how far long work is, for as long as it is not disposed of. Work that is done soon is not mentioned. */
export interface WorkProgress extends Disposable {
  /** How far it is, such as `12 of 64 texts`; `done` is the share, from 0 to 1, and gives the time left. */
  update(state: string, done?: number): void;
}

/** Milliseconds between two pictures on a terminal. */
const frameInterval = 250;
/** Milliseconds before a terminal shows anything. */
const patience = 1000;
/** Milliseconds before the first line elsewhere; each later one waits twice as long, up to a minute. */
const [firstLine, longestWait] = [5000, 60_000];

/** @param work - what is done, such as `Sampling`. */
export function showProgress({ stderr, now }: CliContext, work: string): WorkProgress {
  // Some pseudo-terminals have no columns; nothing could be drawn there.
  const live = stderr.isTTY && stderr.columns ? createTerminalPicture(stderr) : undefined;
  const start = now();
  let last = { state: "", done: 0, at: start };
  const describe = () => {
    const { state, done, at } = last;
    const seconds = (now() - start) / 1000;
    const left = (at - start) / 1000 / done - seconds;
    const time = done > 0 && left > 0 ? `${formatSeconds(left)} left` : `${formatSeconds(seconds)} so far`;
    return [work, state, time].filter(Boolean).join(" · ");
  };
  // A timer, not the events of the work: a single step of it may take minutes.
  let timer: NodeJS.Timeout;
  const schedule = (wait: number) => {
    timer = setTimeout(() => {
      if (live) live.update(describe());
      else printLine(stderr, describe());
      schedule(live ? frameInterval : Math.min(2 * wait, longestWait));
    }, wait);
  };
  schedule(live ? patience : firstLine);
  return {
    update: (state, done = 0) => void (last = { state, done, at: now() }),
    [Symbol.dispose]() {
      clearTimeout(timer);
      live?.clear();
    },
  };
}
