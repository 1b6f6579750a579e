import type { VNode } from "preact";
import { useMemo } from "preact/hooks";
import { ageOf } from "../state/cells.ts";

export interface HistogramProps {
  /** `[steps]` */
  readonly counts: readonly number[];
  readonly step: number;
  readonly onClick?: () => void;
}

/** How many tokens each step wrote, in the colours of the steps: the legend of the tokens and of the scrubber under it. */
export function Histogram({ counts, step, onClick }: HistogramProps): VNode {
  const steps = counts.length;
  const bars = useMemo(() => counts.map((_, i) => barOf(counts, i)), [counts]);
  return (
    <svg
      class="histogram"
      viewBox={`0 0 ${steps} 1`}
      preserveAspectRatio="none"
      aria-hidden="true"
      onClick={onClick}
    >
      {bars}
      {/* Pales the steps to come: one change for each step, however many bars there are. */}
      <rect class="coming" x={step} y={0} width={Math.max(0, steps - step)} height={1} />
    </svg>
  );
}

function barOf(counts: readonly number[], i: number): VNode {
  const most = Math.max(1, ...counts);
  const height = counts[i] === 0 ? 0 : 0.12 + (0.88 * counts[i]!) / most;
  return (
    <rect
      key={i}
      class="bar"
      style={{ "--age": ageOf(i + 1, counts.length) }}
      x={i + 0.08}
      y={1 - height}
      width={0.84}
      height={height}
    />
  );
}
