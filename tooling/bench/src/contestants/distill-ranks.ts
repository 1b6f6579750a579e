/**
 * A few updates of a distillation, by this process alone or as one of the ranks that `mpirun` started. The first rank answers with the
 * seconds of each update but the first, and of what it took to add up the gradients.
 */
import { alone, createStream } from "@sdtt/core";
import type { Collective } from "@sdtt/core";
import { distill } from "@sdtt/distill";
import { openCheckpoint } from "@sdtt/hub";
import type { DitConfig } from "@sdtt/models";
import { withMpi } from "@sdtt/mpi";
import { createEngine } from "@sdtt/runtime";
import { argument } from "../harness/answer-steps.ts";

const { config, path, batch, microBatch, length, threads, updates } = argument() as {
  config: DitConfig;
  path: string;
  batch: number;
  microBatch: number;
  length: number;
  threads: number;
  updates: number;
};

if (process.env["OMPI_COMM_WORLD_SIZE"] === undefined) await work(alone);
else await withMpi({}, work);

async function work(ranks: Collective): Promise<void> {
  const stream = createStream(1);
  const tokens = config.vocabSize - 1;
  const blocks = Int32Array.from({ length: batch * length }, (_, i) => stream.uint32(i) % tokens);
  const sums = timeSums(ranks);
  await using engine = await createEngine({ threads });
  const run = distill({
    engine,
    ranks: sums.ranks,
    teacher: await openCheckpoint({ path }),
    source: { blockCount: batch, length, read: () => Promise.resolve(blocks) },
    order: { at: () => Array.from({ length: batch }, (_, i) => i) },
    batchSize: batch,
    microBatchSize: microBatch,
    optimizer: { learningRate: { peak: 6e-5, warmupSteps: 500, after: { kind: "constant" } } },
    teacherSteps: 128,
    smallestSteps: 64,
  });
  const seconds: number[] = [];
  const summing: number[] = [];
  for await (const event of run) {
    if (event.kind !== "update") continue;
    seconds.push(event.seconds);
    summing.push(sums.take());
    if (seconds.length > updates) break;
  }
  if (ranks.rank === 0) console.log(JSON.stringify({ seconds: seconds.slice(1), summing: summing.slice(1) }));
}

/** Measures from when all ranks are there until the last of a row of sums is done: what others are waited for is not counted. */
function timeSums(ranks: Collective): { readonly ranks: Collective; take(): number } {
  let [begun, ended] = [0, 0];
  let isFirst = true;
  return {
    ranks: {
      ...ranks,
      async sum(values) {
        if (isFirst) {
          await ranks.barrier();
          begun = performance.now();
          isFirst = false;
        }
        await ranks.sum(values);
        ended = performance.now();
      },
    },
    take() {
      const seconds = (ended - begun) / 1000;
      isFirst = true;
      return seconds;
    },
  };
}
