import type { Grid } from "./grid.ts";
import type { RevealRule } from "./run-rule.ts";

/**
 * The textbook chain: every step asks at every masked position, and an answer may be the mask itself, which stays. For
 * models whose reveal probability depends on what they say (SEDD), and for float32 races over all V outcomes.
 */
export function chainReveals(options: { grid: Grid; maskId: number; greedyEnd: boolean }): RevealRule {
  const { grid, maskId, greedyEnd } = options;
  const { steps } = grid;
  return {
    steps: () => steps,
    mask() {},
    nextToAsk: (step) => step,
    ask: (step, masked) => ({
      positions: masked,
      sigma: grid.sigma(step),
      greedy: greedyEnd && step === steps,
    }),
    keep: (_positions, draws) => [...draws.ids.keys()].filter((i) => draws.ids[i] !== maskId),
  };
}
