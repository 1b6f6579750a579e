import type { ReportCell, ReportRow } from "@sdtt/eval";
import { formatDigits, formatSeconds, plural } from "@sdtt/report/text";
import { createLogUpdate } from "log-update";
import { printLine } from "../context.ts";
import type { CliContext } from "../context.ts";

/** Tells on stderr how measuring comes along: a line for each measurement, on a terminal also the step it is at. */
export interface MeasuringProgress {
  /** @param options.cells - what is to be measured; `known` were measured before. */
  start(options: { readonly cells: readonly ReportCell[]; readonly known: number }): void;
  /** @param at - the step of all texts, or how far they are in words. */
  step(cell: ReportCell, at: number | string): void;
  finish(cell: ReportCell, row: ReportRow): void;
  /** Texts of the judge, or of a rule. */
  finishOther(row: ReportRow): void;
  /** What is done with texts that are written. */
  update(state: string): void;
  close(): void;
}

/** Milliseconds between two pictures on a terminal, and between two lines elsewhere. */
const [frameInterval, lineInterval] = [100, 30_000];

export function createMeasuringProgress(context: CliContext): MeasuringProgress {
  const { stderr, now } = context;
  const live = stderr.isTTY ? createLogUpdate(stderr as NodeJS.WriteStream, { showCursor: true }) : undefined;
  let [work, done, elapsed] = [0, 0, 0];
  let [count, finished] = [0, 0];
  let [began, drawn] = [now(), -Infinity];

  /** The time left at the rate so far; nothing can be said before there is one. */
  const left = (ahead: number) =>
    done > 0 ? ` · ${formatSeconds((elapsed * (work - ahead)) / done)} left` : "";

  let current: { cell: ReportCell; at: number | string } | undefined;
  const describeStep = (): string => {
    const { cell, at } = current!;
    const isStep = typeof at === "number";
    const ahead = done + (isStep ? workOf({ ...cell, steps: at }) : 0);
    return `${finished + 1} of ${count} · ${nameOf(cell)} · ${isStep ? `step ${at}` : at}${left(ahead)}`;
  };
  // A timer: nothing but the sampling itself may run while it is measured.
  const timer = live
    ? undefined
    : setInterval(() => current && printLine(stderr, describeStep()), lineInterval);

  return {
    start({ cells, known }) {
      [work, count] = [cells.reduce((sum, cell) => sum + workOf(cell), 0), cells.length];
      began = now();
      if (known > 0) printLine(stderr, `${known} of ${known + count} measurements are already done.`);
    },
    step(cell, at) {
      current = { cell, at };
      if (!live || (at !== 0 && now() - drawn < frameInterval)) return;
      drawn = now();
      live(describeStep());
    },
    finish(cell, row) {
      current = undefined;
      elapsed = (now() - began) / 1000;
      done += workOf(cell);
      finished++;
      live?.clear();
      printLine(stderr, `${finished} of ${count} · ${nameOf(cell)} · ${resultOf(row)}${left(done)}`);
    },
    finishOther(row) {
      // Its time says nothing about the others'.
      began = now();
      printLine(stderr, `${otherOf(row)} · ${resultOf(row)}`);
    },
    update(state) {
      live?.(state);
    },
    close() {
      clearInterval(timer);
      live?.clear();
    },
  };
}

/** Of a measurement, beside that of others: a race of float32 Gumbels is run over all tokens in JavaScript. */
function workOf({ steps, precision }: ReportCell): number {
  return precision === "gumbel32" ? 8 * steps : steps + 4;
}

function nameOf({ label, steps, precision, temperature, order }: ReportCell): string {
  const warmth = temperature === 1 ? "" : `, temperature ${temperature}`;
  const sequence = order === "random" ? "" : `, order ${order}`;
  return `${label}, ${precision}, ${plural(steps, "step")}${warmth}${sequence}`;
}

function otherOf({ label, kind }: ReportRow): string {
  return kind === "autoregressive" ? `${label}, token by token` : label;
}

function resultOf({ kind, perplexity, unigramEntropy, secondsPerText }: ReportRow): string {
  const time = kind === "baseline" ? "" : `, ${formatDigits(secondsPerText, 3)} s a text`;
  return `perplexity ${formatDigits(perplexity, 4)}, entropy ${unigramEntropy.toFixed(3)}${time}`;
}
