import type { Draws, RandomStream } from "@sdtt/core";
import type { RevealTimes } from "./reveal-times.ts";
import type { RevealRule } from "./run-rule.ts";
import { spreadLevels } from "./spread-levels.ts";

/** All orders, the default first. */
export const revealOrders = ["random", "spread", "confidence"] as const;

/**
 * Which positions a step reveals: those whose time has come, drawn for each alone or such that neighbours are revealed in
 * different steps, or as many of the most confident ones.
 */
export type RevealOrder = (typeof revealOrders)[number];

export interface PlannedRevealsOptions {
  readonly times: RevealTimes;
  readonly order: RevealOrder;
  readonly length: number;
  readonly stream: RandomStream;
}

/** Reveals by a plan: the level of every masked position is drawn beforehand, so a step asks only where it will write. */
export function plannedReveals(options: PlannedRevealsOptions): RevealRule {
  const { times, order, length, stream } = options;
  /** A position that a projection masks again takes a level drawn for it alone. */
  const startLevels = order === "spread" ? spreadLevels({ length, stream }) : undefined;
  const levels = new Float64Array(length);
  let floor = 1;
  let due: number[] = [];

  const highestOf = (masked: readonly number[]): number =>
    masked.reduce((most, position) => Math.max(most, levels[position]!), 0);

  /** Keeps the surest answers, as many as are due, and trades levels: a position that is skipped takes a later one. */
  function keepMostConfident(positions: Int32Array, draws: Draws): number[] {
    const surest = [...draws.logProbs.keys()].sort((a, b) => draws.logProbs[b]! - draws.logProbs[a]!);
    const kept = surest.slice(0, due.length).sort((a, b) => a - b);
    const keptPositions = new Set(kept.map((i) => positions[i]!));
    const passedOver = due.filter((position) => !keptPositions.has(position));
    for (const position of keptPositions) {
      if (levels[position]! < floor) levels[passedOver.pop()!] = levels[position]!;
    }
    return kept;
  }

  return {
    steps: (stepsDone, masked) => times.steps(stepsDone, masked.length),
    mask(position, stepsDone) {
      const uniforms = stepsDone === 0 ? stream : stream.child(stepsDone);
      const level = stepsDone === 0 ? startLevels?.[position] : undefined;
      levels[position] = (level ?? uniforms.uniform(position)) * floor;
    },
    nextToAsk: (step, masked) => times.firstToReveal(step, highestOf(masked)),
    ask(step, masked) {
      const window = times.window(step, highestOf(masked));
      floor = window.floor;
      due = masked.filter((position) => levels[position]! >= floor);
      const positions = order === "confidence" && due.length > 0 ? masked : due;
      return { positions, sigma: window.sigma, greedy: window.greedy };
    },
    keep(positions, draws) {
      return order === "confidence" ? keepMostConfident(positions, draws) : [...positions.keys()];
    },
  };
}
