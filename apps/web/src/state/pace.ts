/** How fast steps are shown. It has nothing to do with how fast they came, which the figures of a text tell. */
export interface Pace {
  /** Milliseconds between two changes of what is shown. */
  readonly beat: number;
  /** Steps at each. */
  readonly stride: number;
}

/** Milliseconds: below this a change is not seen as one. */
const shortestBeat = 40;

/** A second for one step, a quarter more for each other, and never more than six in all: many steps are shown several at a time. */
export function paceOf(steps: number): Pace {
  const duration = Math.min(6000, 750 + 250 * steps);
  const perStep = duration / steps;
  const stride = Math.ceil(shortestBeat / perStep);
  return { beat: stride * perStep, stride };
}
