import { loadModel } from "sdtt";
import type { Benchmark } from "../benchmark.ts";
import { randomDitSmall } from "../dit-small.ts";
import { contestant, medianSeconds, race, times } from "../harness/race.ts";

const stepCounts = [8, 16, 32];

export const sample: Benchmark = {
  summary: "whole texts at the length the model was trained on, batch 1, from nothing",
  async run({ threads, cache, rounds }) {
    await using tiny = await loadModel("tiny", { threads });
    await using small = await loadModel((await randomDitSmall(cache)).path, { threads });
    const runs = [tiny, small].flatMap((model) => stepCounts.map((steps) => ({ model, steps, passes: 0 })));
    const measured = await race(
      runs.map((run) =>
        contestant(`${run.model.name} in ${run.steps} steps`, async () => {
          const { passes } = await run.model.sample({ steps: run.steps, seed: 1 });
          run.passes = passes;
        }),
      ),
      rounds,
    );
    const rows = runs.map(({ model, steps, passes }, i) => {
      const { length } = model.description.config;
      return {
        model: model === tiny ? "tiny (bundled)" : "DiT-small (random)",
        "M parameters": model.parameterCount / 1e6,
        length,
        steps,
        passes,
        ...times(measured[i]!),
        "tokens / s": length / medianSeconds(measured[i]!),
      };
    });
    return { rows };
  },
};
