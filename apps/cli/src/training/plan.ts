import type { Collective } from "@sdtt/core";
import { estimateMemory } from "@sdtt/distill";
import type { MemoryOptions, MethodPlan, RunEvent } from "@sdtt/distill";
import { formatBytes, formatCount, formatSeconds, plural } from "@sdtt/report/text";
import { planReduction } from "./plan-reduction.ts";

/** Updates that are timed; the first, which also warms up, is not counted. */
const timedUpdates = 4;

/** What a run would take: its memory by estimate, its time by running a few updates. */
export async function planLines(options: {
  memory: MemoryOptions;
  passes?: MethodPlan["passes"] | undefined;
  availableMemory: number;
  ranks: Collective;
  /** Milliseconds. */
  clock: () => number;
  /** A run that keeps nothing. */
  start: () => AsyncIterable<RunEvent>;
}): Promise<string[]> {
  const { memory, passes, availableMemory, ranks, clock, start } = options;
  const { parameterCount, state, activations, total } = estimateMemory(memory);
  const recomputed = estimateMemory({ ...memory, recompute: true });
  const lines = [
    `parameters      ${formatCount(parameterCount)}`,
    `memory          about ${formatBytes(total)}: ${formatBytes(state)} for weights and optimizer, ${formatBytes(activations)} for a micro-batch; ${formatBytes(availableMemory)} are free`,
    ...(memory.recompute
      ? []
      : [`                about ${formatBytes(recomputed.total)} with --recompute, at more time`]),
    ...(passes
      ? [
          `passes          ${passes.forward} forward and ${passes.backward} backward for each text of an update`,
        ]
      : []),
  ];
  const reduction = ranks.size === 1 ? undefined : await planReduction({ parameterCount, ranks, clock });
  const seconds: number[] = [];
  let steps = 0;
  for await (const event of start()) {
    if (event.kind !== "update") continue;
    seconds.push(event.seconds);
    steps = event.steps;
    if (seconds.length === timedUpdates) break;
  }
  const counted = (seconds.length > 1 ? seconds.slice(1) : seconds).toSorted((a, b) => a - b);
  const median = counted[Math.floor(counted.length / 2)] ?? 0;
  return [
    ...lines,
    `time per update ${median.toPrecision(3)} s, the median of ${counted.length}`,
    ...(reduction ? [reduction] : []),
    `in all          ${formatSeconds(steps * median)} for ${plural(steps, "update")}`,
  ];
}
