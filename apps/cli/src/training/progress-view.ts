import { formatSeconds } from "@sdtt/report/text";
import { createLogUpdate } from "log-update";
import type { RunEvent, UpdateEvent, ValidationEvent } from "@sdtt/distill";
import type { Tokenizer } from "@sdtt/tokenizer";
import { readText } from "sdtt";
import { printLine } from "../context.ts";
import type { CliContext } from "../context.ts";

/** Tells on stderr how a run goes: one line that lives on a terminal, and a line now and then elsewhere. */
export interface ProgressView {
  show(event: RunEvent): void;
  /** Leaves the last line as it is. */
  close(): void;
}

/** Milliseconds between lines where they stay. */
const interval = 10_000;

export function createProgressView(context: CliContext, tokenizer: Tokenizer): ProgressView {
  const { stderr, now } = context;
  const live = stderr.isTTY ? createLogUpdate(stderr as NodeJS.WriteStream, { showCursor: true }) : undefined;
  let secondsPerUpdate: number | undefined;
  let lastLine = -Infinity;

  function showUpdate(event: UpdateEvent): void {
    secondsPerUpdate =
      secondsPerUpdate === undefined ? event.seconds : 0.9 * secondsPerUpdate + 0.1 * event.seconds;
    const line = updateLine(event, (event.steps - event.step) * secondsPerUpdate);
    if (live) live(line);
    else if (now() - lastLine >= interval || event.step === event.steps) {
      printLine(stderr, line);
      lastLine = now();
    }
  }

  return {
    show(event) {
      if (event.kind === "update") return showUpdate(event);
      live?.clear();
      for (const line of describe(event, tokenizer)) printLine(stderr, line);
    },
    close: () => live?.done(),
  };
}

function updateLine(event: UpdateEvent, secondsLeft: number): string {
  const { step, steps, round, loss, gradientNorm, learningRate, tokensPerSecond } = event;
  return [
    `update ${step} of ${steps}`,
    ...(round > 0 ? [`round ${round}`] : []),
    `loss ${loss.toPrecision(4)}`,
    `gradient ${gradientNorm.toPrecision(3)}`,
    `rate ${learningRate.toPrecision(3)}`,
    `${Math.round(tokensPerSecond)} tokens/s`,
    `${formatSeconds(secondsLeft)} left`,
  ].join(" · ");
}

function validationLine({ step, loss, distance, entropy }: ValidationEvent): string {
  return [
    `update ${step}: held-out loss ${loss.toPrecision(5)}`,
    ...(distance === undefined ? [] : [`distance to the teacher ${distance.toPrecision(5)}`]),
    ...(entropy === undefined ? [] : [`entropy of its texts ${entropy.toPrecision(4)} nats`]),
  ].join(" · ");
}

function describe(event: Exclude<RunEvent, UpdateEvent>, tokenizer: Tokenizer): string[] {
  switch (event.kind) {
    case "resume":
      return [
        ...event.damaged.map((problem) => `warning: skipped a damaged checkpoint: ${problem}.`),
        `Resuming from update ${event.step}, ${event.path}.`,
      ];
    case "validation":
      return [validationLine(event)];
    case "checkpoint":
      return [`update ${event.step}: saved ${event.path}`];
    case "round-end":
      return [
        `update ${event.step}: round ${event.round} is done, a student${event.studentSteps === undefined ? "" : ` of ${event.studentSteps} steps`}: ${event.path ?? ""}`,
      ];
    case "sample":
      return [`update ${event.step} writes:`, ...event.tokens.map((ids) => readText(ids, tokenizer))];
  }
}
