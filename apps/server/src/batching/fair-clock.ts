/** A request that takes turns. */
interface Payer {
  due: number;
  /** Its texts that are not done. */
  readonly members: { readonly size: number };
}

/**
 * Shares the time of the network among requests in equal parts (start-time fair queueing, Goyal et al. 1996). A turn
 * costs its milliseconds, divided among its texts. A request is due again once the clock has advanced by what its last
 * turn cost it; a turn of short texts costs little, so a short request has several turns for each one of a long request.
 *
 * Waiting is bounded: between two turns of a request, every other request is served for no longer than this one's last
 * turn cost, and one turn more.
 */
export interface FairClock {
  /** In milliseconds of one request's share; never goes back. A request that arrives is due now. */
  readonly time: number;
  /** Tells what a turn took, and the request of each of its texts, the one that led first. */
  charge(payers: readonly Payer[], milliseconds: number): void;
}

export function createFairClock(): FairClock {
  let time = 0;
  return {
    get time() {
      return time;
    },
    charge(payers, milliseconds) {
      const leader = payers[0]!;
      const start = leader.due;
      const isDone = leader.members.size === 0;
      for (const [payer, texts] of Map.groupBy(payers, (payer) => payer)) {
        const cost = (milliseconds * texts.length) / payers.length;
        // One that was due later has filled places that were free, and is not set back for it.
        payer.due = Math.max(payer.due, start + cost);
      }
      // What a request that is done has paid still counts: else requests of one step each could keep the others waiting.
      time = Math.max(time, isDone ? leader.due : start);
    },
  };
}
