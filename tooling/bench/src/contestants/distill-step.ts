/** One update of a distillation: the teacher's targets, forward, backward, clipping, AdamW and the moving average. */
import { createStream } from "@sdtt/core";
import { distill } from "@sdtt/distill";
import { openCheckpoint } from "@sdtt/hub";
import type { DitConfig } from "@sdtt/models";
import { createEngine } from "@sdtt/runtime";
import { answerSteps, argument } from "../harness/answer-steps.ts";

const { config, path, batch, length, threads, device, dtype } = argument() as {
  config: DitConfig;
  path: string;
  batch: number;
  length: number;
  threads: number;
  device?: "cpu" | "cuda";
  dtype?: "float32" | "bfloat16";
};
const stream = createStream(1);
const blocks = Int32Array.from(
  { length: batch * length },
  (_, i) => stream.uint32(i) % (config.vocabSize - 1),
);

await using engine = await createEngine({ threads, device });
const updates = distill({
  engine,
  dtype,
  teacher: await openCheckpoint({ path }),
  source: { blockCount: batch, length, read: () => Promise.resolve(blocks) },
  order: { at: () => Array.from({ length: batch }, (_, i) => i) },
  batchSize: batch,
  optimizer: { learningRate: { peak: 6e-5, warmupSteps: 500, after: { kind: "constant" } } },
  teacherSteps: 128,
  smallestSteps: 64,
});

await answerSteps(() => updates.next());
await updates.return();
