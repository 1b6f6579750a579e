/** Numbered texts of the bundled model, a batch at a time: all of them, or the share of one of several processes. */
import { loadModel } from "sdtt";
import { answerSteps, argument } from "../harness/answer-steps.ts";

const { threads, first, count, batch, steps, length } = argument() as {
  threads: number;
  first: number;
  count: number;
  batch: number;
  steps: number;
  length: number;
};
await using model = await loadModel("tiny", { threads });

await answerSteps(async () => {
  for (let start = first; start < first + count; start += batch)
    await model.sample({ samples: batch, sequenceOffset: start, seed: 1, steps, length });
});
