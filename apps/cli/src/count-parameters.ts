import { elementCount } from "@sdtt/core";
import type { Checkpoint } from "@sdtt/hub";

/** How many numbers a model was trained to. */
export function countParameters({ weights }: Checkpoint): number {
  return [...weights.values()].reduce((sum, { shape }) => sum + elementCount(shape), 0);
}
