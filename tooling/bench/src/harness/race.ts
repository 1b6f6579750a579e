/** Something that does one step when asked and measures it. */
export interface Contestant<M extends Timing = Timing> {
  readonly name: string;
  step(): Promise<M>;
  /** Work that is done before anything counts, where a whole step would take too long; a step unless given. */
  warmUp?(): Promise<unknown>;
}

export interface Timing {
  readonly seconds: number;
}

/** Work of this process as a contestant. */
export function contestant(name: string, work: () => Promise<unknown>): Contestant {
  return {
    name,
    async step() {
      const start = performance.now();
      await work();
      return { seconds: (performance.now() - start) / 1000 };
    },
  };
}

/**
 * Lets contestants take turns: in every round each does one step, and each round another one begins. Whatever else the
 * machine does then falls on all of them alike. One round more comes first and does not count.
 *
 * @returns for each contestant its measurements, round by round.
 */
export async function race<M extends Timing>(
  contestants: readonly Contestant<M>[],
  rounds: number,
): Promise<M[][]> {
  const results = contestants.map((): M[] => []);
  for (let round = -1; round < rounds; round++) {
    for (const i of contestants.keys()) {
      const turn = (i + round + 1) % contestants.length;
      const contestant = contestants[turn]!;
      if (round >= 0) results[turn]!.push(await contestant.step());
      else await (contestant.warmUp ? contestant.warmUp() : contestant.step());
    }
  }
  return results;
}

export function medianSeconds(measured: readonly Timing[]): number {
  return median(measured.map(({ seconds }) => seconds));
}

/** The median, and the round in which the machine disturbed the least. */
export function times(measured: readonly Timing[]): { "median s": number; "fastest s": number } {
  const fastest = Math.min(...measured.map(({ seconds }) => seconds));
  return { "median s": medianSeconds(measured), "fastest s": fastest };
}

/** The median over rounds of the ratio within a round, which a drift of the machine's speed leaves alone. */
export function medianRatio(of: readonly Timing[], to: readonly Timing[]): number {
  return median(of.map(({ seconds }, round) => seconds / to[round]!.seconds));
}

function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = (sorted.length - 1) / 2;
  return (sorted[Math.floor(middle)]! + sorted[Math.ceil(middle)]!) / 2;
}
