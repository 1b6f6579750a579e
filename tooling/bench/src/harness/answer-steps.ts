import { createInterface } from "node:readline";
import type { ProcessTiming } from "./process-contestant.ts";
import { contestant } from "./race.ts";

/** The argument that this process was started with. */
export function argument(): unknown {
  return JSON.parse(process.argv[2]!);
}

/**
 * The other side of a process contestant: says that it is ready, then works once for each line that it reads and answers
 * with what that took. Ends with its input.
 */
export async function answerSteps(work: () => Promise<unknown>): Promise<void> {
  const timed = contestant("", work);
  console.log("ready");
  for await (const _ of createInterface({ input: process.stdin })) {
    const { seconds } = await timed.step();
    const timing: ProcessTiming = { seconds, peakBytes: process.resourceUsage().maxRSS * 1024 };
    console.log(JSON.stringify(timing));
  }
}
