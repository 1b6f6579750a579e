import { firstEvent } from "./mask-chain.ts";
import type { RemaskingRevealsOptions } from "./remasking-reveals.ts";
import type { RevealRule } from "./run-rule.ts";

/**
 * `remdm-conf`: the less likely a token was when it was drawn, the sooner it is masked again. Its share in a step's sigma is a
 * softmax, over the positions that are written, of minus that probability. So the model has a say in the path of a mask, which
 * is drawn step by step; only the step that reveals a masked position, which has no part in sigma, is drawn beforehand.
 */
export function confidenceRemasking({ chain, length, stream }: RemaskingRevealsOptions): RevealRule {
  const { steps } = chain;
  const chances = stream.child("mask again");
  /** The step that reveals a masked position. */
  const due = new Float64Array(length).fill(Infinity);
  /** The first step that may mask a written position; Infinity for the others. */
  const from = new Float64Array(length).fill(Infinity);
  const confidences = new Float64Array(length);
  const visits = new Float64Array(length);
  let asking = 0;

  function mask(position: number, step: number): void {
    from[position] = Infinity;
    const uniform = stream.uniform(visits[position]!++ * length + position);
    due[position] = firstEvent(chain.reveal, step, uniform);
  }

  return {
    steps: () => steps,
    mask,
    nextToAsk: (step) => step,
    ask(step, masked) {
      asking = step;
      const positions = step < steps ? masked.filter((position) => due[position] === step) : masked;
      return { positions, sigma: chain.sigma(step), greedy: step === steps };
    },
    keep(positions, { logProbs }) {
      positions.forEach((position, i) => {
        from[position] = asking + 1;
        confidences[position] = Math.exp(logProbs[i]!);
      });
      return [...positions.keys()];
    },
    maskAgain(step) {
      if (step >= steps) return [];
      const written = [...from.keys()].filter((position) => from[position]! <= step);
      const total = written.reduce((sum, position) => sum + Math.exp(-confidences[position]!), 0);
      const again = written.filter((position) => {
        const share = Math.exp(-confidences[position]!) / total;
        return chances.uniform(step * length + position) < share * chain.remask[step]!;
      });
      for (const position of again) mask(position, step + 1);
      return again;
    },
    isOpen: (step) => step < steps && from.some((first) => first < Infinity),
  };
}
