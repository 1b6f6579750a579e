import { writeFile } from "node:fs/promises";
import type { Denoiser } from "@sdtt/core";
import { expectDenoiser, openCheckpoint } from "@sdtt/hub";
import { createDenoiser, createEngine } from "@sdtt/runtime";
import { finishSampling, sample } from "@sdtt/scheduler";
import type { Benchmark } from "../../benchmark.ts";
import { ditSmall, randomCheckpoint } from "../../dit-small.ts";
import { contestant, medianSeconds, race, times } from "../../harness/race.ts";
import { drawGrowth } from "./draw-growth.ts";

/** What is varied, one at a time; all else is as in `base`. */
const varied: readonly (readonly [quantity: string, values: readonly number[]])[] = [
  ["length", [128, 256, 512, 1024, 2048]],
  ["batch", [1, 2, 4, 8, 16]],
  ["steps", [4, 8, 16, 32, 64]],
  ["threads", [1, 2]],
];
const base = { length: 256, batch: 1, steps: 8, threads: 2 };

export const growth: Benchmark = {
  summary:
    "how the time of a text grows with its length, the batch, the steps and the threads, one at a time",
  async run({ cache, rounds, sizes, plot }) {
    const longest = Math.max(...varied.find(([quantity]) => quantity === "length")![1]);
    const isTrial = sizes.includes("trial");
    const trial = { vocabSize: 1024, hiddenSize: 64, blockCount: 2, headCount: 2 };
    const config = { ...ditSmall, ...(isTrial ? trial : {}), length: longest };
    const name = isTrial ? "growth-trial" : "growth-small";
    const { path } = await randomCheckpoint({ folder: cache, name, model: { family: "sdtt", config } });
    await using stack = new AsyncDisposableStack();
    const denoisers = new Map<number, Denoiser>();
    for (const threads of varied.find(([quantity]) => quantity === "threads")![1]) {
      const engine = stack.use(await createEngine({ threads }));
      const checkpoint = expectDenoiser(await openCheckpoint({ path }), path);
      denoisers.set(threads, stack.use(await createDenoiser({ engine, ...checkpoint })));
    }
    const runs = varied.flatMap(([quantity, values]) =>
      values.map((value) => ({ quantity, value, passes: 0, setting: { ...base, [quantity]: value } })),
    );
    const measured = await race(
      runs.map((run) => {
        const { length, batch, steps, threads } = run.setting;
        const write = async (taken: number): Promise<void> => {
          const request = { denoiser: denoisers.get(threads)!, length, batch, steps: taken, seed: 1 };
          ({ passes: run.passes } = await finishSampling(sample(request)));
        };
        return {
          ...contestant(`${run.quantity} ${run.value}`, () => write(steps)),
          warmUp: () => write(2),
        };
      }),
      rounds,
    );
    const rows = runs.map(({ quantity, value, passes }, i) => {
      const first = runs.findIndex((run) => run.quantity === quantity);
      const seconds = medianSeconds(measured[i]!);
      return {
        quantity,
        value,
        passes,
        ...times(measured[i]!),
        "times the first": seconds / medianSeconds(measured[first]!),
      };
    });
    if (plot !== undefined) {
      const points = rows.map((row) => ({ ...row, seconds: row["median s"] }));
      await writeFile(plot, drawGrowth(points));
    }
    const { length, batch, steps, threads } = base;
    const notes = [`all else: length ${length}, batch ${batch}, ${steps} steps, ${threads} threads`];
    return { rows, notes };
  },
};
