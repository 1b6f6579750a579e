import type { DenoiseEvent, RevealedToken, Token } from "../api/events.ts";

/** A text that one model writes. */
export interface Run {
  readonly model: string;
  /** `idle` before it is asked for; `waiting` until the server has said how long the text is. */
  readonly status: "idle" | "waiting" | "writing" | "done" | "stopped" | "failed";
  /** Of samplers that take as many as they need: at most, until it is done. */
  readonly steps: number;
  /** Tokens; 0 while it waits. */
  readonly length: number;
  readonly given: readonly Token[];
  /** In the order of their steps, which count from 1; a step that revealed nothing is not among them. */
  readonly reveals: readonly Reveal[];
  /** Passes of the network; not known until it is done. */
  readonly passes: number;
  /** The whole text, once it is done. */
  readonly text: string;
  /** From the request to the latest event. */
  readonly seconds: number;
  /** Why it failed; undefined unless it did. */
  readonly failure: Failure | undefined;
}

/** What went wrong, in words for whoever looks at the page. */
export interface Failure {
  readonly message: string;
  /** Whether the same request may succeed a second time. */
  readonly canRetry: boolean;
}

/** What a step changed: first some positions were masked again, then others revealed. */
interface Reveal {
  readonly step: number;
  /** Steps in all, as far as was known then; the run's unless given. */
  readonly steps?: number;
  readonly revealed: readonly RevealedToken[];
  readonly masked?: readonly number[];
  /** Tokens that stay and read differently. */
  readonly retold?: readonly Token[];
}

export function startRun(model: string, steps: number): Run {
  return {
    model,
    status: "waiting",
    steps,
    length: 0,
    given: [],
    reveals: [],
    passes: 0,
    text: "",
    seconds: 0,
    failure: undefined,
  };
}

/** The texts that would be written next, one for each model; one of no name while the models are not known. */
export function idleRuns(models: readonly string[], steps: number): Run[] {
  return (models.length > 0 ? models : [""]).map((model) => ({ ...startRun(model, steps), status: "idle" }));
}

export function advanceRun(run: Run, event: DenoiseEvent, seconds: number): Run {
  switch (event.type) {
    case "start":
      return {
        ...run,
        status: "writing",
        steps: event.steps,
        length: event.length,
        given: event.given,
        seconds,
      };
    case "step":
      return { ...run, reveals: [...run.reveals, event], seconds };
    case "done": {
      const steps = run.reveals.at(-1)?.steps ?? run.steps;
      return { ...run, status: "done", steps, text: event.text, passes: event.passes, seconds };
    }
  }
}

export function isUnderWay({ status }: Run): boolean {
  return status === "waiting" || status === "writing";
}

/** The latest step that is known of. */
export function latestStep({ status, steps, reveals }: Run): number {
  const latest = reveals.at(-1)?.step ?? 0;
  return status === "done" ? Math.max(steps, latest) : latest;
}

/** The last step there is: one more than asked for where positions were left over. */
export function lastStep(runs: readonly Run[]): number {
  return Math.max(1, ...runs.map((run) => Math.max(run.steps, latestStep(run))));
}
