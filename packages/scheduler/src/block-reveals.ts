import type { RevealRule } from "./run-rule.ts";

export interface BlockRevealsOptions {
  /** The positions to write, in ascending order. */
  readonly open: readonly number[];
  /** At most as many as there are positions to write. */
  readonly blocks: number;
  /** Positions of the text. */
  readonly length: number;
  /** The probability of being masked at the start. */
  readonly maskedAtStart: number;
  /** The rule of a block; called as the block begins. It leaves nothing masked to a final pass. */
  readonly ruleFor: (block: number) => RevealRule;
  /** Steps of a block that has not begun, of so many masked positions. */
  readonly stepsOf: (block: number, masked: number) => number;
}

/**
 * Block by block, from left to right over the same canvas: the rule of a block sees the positions of that block alone, the model
 * sees all of the text. The blocks are equal parts of the positions to write. What a projection masks in a block that is done
 * belongs to the block under way. The noise level is that of the share of the text that is masked.
 */
export function blockReveals(options: BlockRevealsOptions): RevealRule {
  const { open, blocks, length, maskedAtStart, ruleFor, stepsOf } = options;
  const blockOf = new Int32Array(length);
  for (const [i, position] of open.entries()) blockOf[position] = Math.floor((i * blocks) / open.length);
  let block = 0;
  /** The step that the block began with. */
  let begin = 0;
  let rule = ruleFor(0);

  const ownOf = (masked: readonly number[]) => masked.filter((position) => blockOf[position]! <= block);
  const endOf = (step: number, masked: readonly number[]) => begin + rule.steps(step - begin, ownOf(masked));

  /** Begins the block that a step belongs to. */
  function goTo(step: number, masked: readonly number[]): void {
    for (let end = endOf(step, masked); block < blocks - 1 && step >= end; end = endOf(step, masked)) {
      begin = end;
      block++;
      rule = ruleFor(block);
      for (const position of ownOf(masked)) rule.mask(position, 0);
    }
  }

  return {
    steps(stepsDone, masked) {
      goTo(stepsDone, masked);
      let steps = endOf(stepsDone, masked);
      for (let later = block + 1; later < blocks; later++) {
        steps += stepsOf(later, masked.filter((position) => blockOf[position] === later).length);
      }
      return steps;
    },
    mask(position, stepsDone) {
      if (blockOf[position]! <= block) rule.mask(position, stepsDone - begin);
    },
    nextToAsk(step, masked) {
      for (let at = step; ;) {
        goTo(at, masked);
        const own = ownOf(masked);
        const end = endOf(at, masked);
        const isWaiting = own.length > 0 || rule.isOpen?.(at - begin);
        const next = isWaiting ? begin + rule.nextToAsk(at - begin, own) : end;
        if (next < end || block === blocks - 1) return next;
        at = end;
      }
    },
    ask(step, masked) {
      goTo(step, masked);
      const sigma = -Math.log1p(-(masked.length / length) * maskedAtStart);
      return { ...rule.ask(step - begin, ownOf(masked)), sigma };
    },
    keep: (positions, draws) => rule.keep(positions, draws),
    maskAgain: (step) => rule.maskAgain?.(step - begin) ?? [],
    isOpen: (step) => rule.isOpen?.(step - begin) ?? false,
  };
}
