import type { VNode } from "preact";
import { ageOf } from "../state/cells.ts";

/** How many tokens each step wrote, in the colours of the steps: the legend of the tokens and of the scrubber under it. */
export function Histogram({ counts, step }: { counts: readonly number[]; step: number }): VNode {
  const most = Math.max(1, ...counts);
  return (
    <svg class="histogram" viewBox={`0 0 ${counts.length} 1`} preserveAspectRatio="none" aria-hidden="true">
      {counts.map((count, i) => {
        const height = count === 0 ? 0 : 0.12 + (0.88 * count) / most;
        return (
          <rect
            key={i}
            class={i < step ? "past" : "coming"}
            style={{ "--age": ageOf(i + 1, counts.length) }}
            x={i + 0.08}
            y={1 - height}
            width={0.84}
            height={height}
          />
        );
      })}
    </svg>
  );
}
