import type { RandomStream } from "@sdtt/core";
import { firstEvent } from "./mask-chain.ts";
import type { MaskChain } from "./mask-chain.ts";
import type { RevealRule } from "./run-rule.ts";

export interface RemaskingRevealsOptions {
  readonly chain: MaskChain;
  readonly length: number;
  readonly stream: RandomStream;
}

/**
 * Reveals, masks again and reveals again. The mask of a position is a chain of two states that the model does not influence, so
 * its path is drawn beforehand: each time a position enters a state, the step at which it leaves it. A step asks only where it
 * will write, and steps that change nothing, or only mask, take no pass. Positions that were given have no path.
 */
export function remaskingReveals({ chain, length, stream }: RemaskingRevealsOptions): RevealRule {
  const { steps } = chain;
  /** The step at which a position leaves its state; `steps` if it stays. */
  const leaving = new Float64Array(length).fill(Infinity);
  const isWritten = new Uint8Array(length);
  const visits = new Float64Array(length);
  let asking = 0;

  function enter(position: number, written: boolean, step: number): void {
    isWritten[position] = Number(written);
    const uniform = stream.uniform(visits[position]!++ * length + position);
    leaving[position] = firstEvent(written ? chain.remask : chain.reveal, step, uniform);
  }

  return {
    steps: () => steps,
    mask: (position, stepsDone) => enter(position, false, stepsDone),
    nextToAsk(step) {
      let next = steps;
      for (const at of leaving) if (at >= step && at < next) next = at;
      return next;
    },
    ask(step, masked) {
      asking = step;
      const positions = step < steps ? masked.filter((position) => leaving[position] === step) : masked;
      return { positions, sigma: chain.sigma(step), greedy: step === steps };
    },
    keep(positions) {
      for (const position of positions) enter(position, true, asking + 1);
      return [...positions.keys()];
    },
    maskAgain(step) {
      const again: number[] = [];
      for (let position = 0; position < length; position++) {
        if (isWritten[position] !== 1 || leaving[position] !== step || step >= steps) continue;
        enter(position, false, step + 1);
        again.push(position);
      }
      return again;
    },
    isOpen: (step) => leaving.some((at, i) => isWritten[i] === 1 && at >= step && at < steps),
  };
}
