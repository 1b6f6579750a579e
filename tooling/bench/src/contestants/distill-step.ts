/** One update of a distillation: the teacher's targets, forward, backward, clipping, AdamW and the moving average. */
import { createStream, elementCount, tensor } from "@sdtt/core";
import { distill } from "@sdtt/distill";
import { ditParameters } from "@sdtt/models";
import type { DitConfig } from "@sdtt/models";
import { createEngine } from "@sdtt/runtime";
import { answerSteps, argument } from "../harness/answer-steps.ts";

const { config, batch, length, threads } = argument() as {
  config: DitConfig;
  batch: number;
  length: number;
  threads: number;
};
const stream = createStream(1);
const weights = ditParameters(config).map(({ name, shape }, i) => {
  const own = stream.child(i);
  const values = Float32Array.from(
    { length: elementCount(shape) },
    (_, j) => 0.04 * (own.uniform24(j) - 0.5),
  );
  return [name, { dtype: "float32", shape, source: { tensor: tensor("float32", shape, values) } }] as const;
});
const blocks = Int32Array.from(
  { length: batch * length },
  (_, i) => stream.uint32(i) % (config.vocabSize - 1),
);

await using engine = await createEngine({ threads });
const updates = distill({
  engine,
  teacher: { description: { family: "sdtt", config }, weights: new Map(weights) },
  source: { blockCount: batch, length, read: () => Promise.resolve(blocks) },
  order: { at: () => Array.from({ length: batch }, (_, i) => i) },
  batchSize: batch,
  optimizer: { learningRate: { peak: 6e-5, warmupSteps: 500, after: { kind: "constant" } } },
  teacherSteps: 128,
  smallestSteps: 64,
});

await answerSteps(() => updates.next());
await updates.return();
