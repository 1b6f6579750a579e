import { setImmediate as nextImmediate, setTimeout as delay } from "node:timers/promises";
import type { MpiLibrary } from "../library/open-library.ts";

/** Non-blocking calls of MPI, one at a time, in the order in which they are asked for. */
export interface Requests {
  /**
   * Runs work in its turn. `complete` starts a call, whose last argument is the address of its request, and waits for its end; the
   * event loop continues meanwhile.
   */
  inTurn<T>(work: (complete: (start: (request: bigint) => void) => Promise<void>) => Promise<T>): Promise<T>;
}

/**
 * Milliseconds for which a call is looked after without a pause: where all ranks are there, it ends soon, and MPI moves data only
 * while it is called. After that a rank is late, and its own work needs the processor.
 */
const busyFor = 20;

/** Bytes that hold the status of a request in any MPI. */
const statusBytes = 64;

/**
 * All calls are made by the thread of JavaScript, which asks now and then whether they are done: MPI needs no support for threads, no
 * call can hold the thread up, and a rank that waits uses no processor.
 */
export function createRequests({ functions, allocate }: MpiLibrary): Requests {
  const { buffer, address } = allocate(16 + statusBytes);
  const isDone = new Int32Array(buffer, 8, 1);
  let last: Promise<unknown> = Promise.resolve();

  async function complete(start: (request: bigint) => void): Promise<void> {
    start(address);
    const begun = performance.now();
    for (;;) {
      functions.Test(address, address + 8n, address + 16n);
      if (isDone[0] !== 0) return;
      await (performance.now() - begun < busyFor ? nextImmediate() : delay(1));
    }
  }

  return {
    inTurn(work) {
      const turn = last.then(() => work(complete));
      last = turn.catch(() => {});
      return turn;
    },
  };
}
