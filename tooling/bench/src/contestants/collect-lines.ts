/** The lines of a run that workers write, collected from a queue; another run each time. */
import { createHash } from "node:crypto";
import { collectRun, connectQueue, splitRanges } from "@sdtt/queue";
import { answerSteps, argument } from "../harness/answer-steps.ts";

const { url, texts, batch } = argument() as { url: string; texts: number; batch: number };
await using connection = await connectQueue({ url });
const ranges = splitRanges({ missing: [{ first: 0, count: texts }], size: batch });
let runs = 0;

await answerSteps(async () => {
  const id = createHash("sha256").update(`run ${runs++}`).digest("hex");
  const run = { id, version: "1", request: {} };
  for await (const result of collectRun({ connection, run, ranges })) {
    if (!("lines" in result)) throw new Error(`${result.range.first}: ${result.reason}`);
  }
});
