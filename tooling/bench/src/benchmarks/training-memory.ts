import { createStream } from "@sdtt/core";
import { distill } from "@sdtt/distill";
import { openCheckpoint } from "@sdtt/hub";
import { createEngine } from "@sdtt/runtime";
import type { Benchmark } from "../benchmark.ts";
import { ditSmall, randomCheckpoint } from "../dit-small.ts";

const updates = 1000;
const [batchSize, length] = [8, 32];
const config = { ...ditSmall, vocabSize: 1024, hiddenSize: 64, blockCount: 4, headCount: 4, length };

/** Where the memory is looked at: the first time once everything has been allocated. */
const looks = new Set([50, 100, 200, 400, 600, 800, 1000]);

export const trainingMemory: Benchmark = {
  summary: "the process's memory along 1,000 updates of a small distillation in two rounds",
  async run({ threads, cache }) {
    const { path } = await randomCheckpoint({
      folder: cache,
      name: "64x4-1024",
      model: { family: "sdtt", config },
    });
    const stream = createStream(1);
    await using engine = await createEngine({ threads });
    const run = distill({
      engine,
      teacher: await openCheckpoint({ path }),
      source: {
        blockCount: 1000,
        length,
        read: async (indices) =>
          Int32Array.from(
            Array.from(indices).flatMap((block) =>
              Array.from({ length }, (_, i) => stream.uint32(block * length + i) % (config.vocabSize - 1)),
            ),
          ),
      },
      order: {
        at: (batch) => Array.from({ length: batchSize }, (_, i) => (batch * batchSize + i) % 1000),
      },
      batchSize,
      dropout: 0.1,
      optimizer: { learningRate: { peak: 6e-5, warmupSteps: 50, after: { kind: "constant" } } },
      teacherSteps: 32,
      smallestSteps: 8,
      updatesPerRound: updates / 2,
    });
    const rows: { update: number; "resident MB": number; "peak MB": number }[] = [];
    for await (const event of run) {
      if (event.kind !== "update" || !looks.has(event.step)) continue;
      const [resident, peak] = [process.memoryUsage.rss(), 1024 * process.resourceUsage().maxRSS];
      const megabytes = (bytes: number) => Math.round(bytes / 1e6);
      rows.push({ update: event.step, "resident MB": megabytes(resident), "peak MB": megabytes(peak) });
    }
    const [begin, end] = [rows.find(({ update }) => update === 200)!, rows.at(-1)!];
    const target = {
      what: "peak after 1,000 updates as a share of that after 200",
      measured: end["peak MB"] / begin["peak MB"],
      atMost: 1.05,
    };
    return { rows, targets: [target] };
  },
};
