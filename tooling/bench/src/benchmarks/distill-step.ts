import { fileURLToPath } from "node:url";
import type { DitConfig } from "@sdtt/models";
import type { Benchmark } from "../benchmark.ts";
import { ditSmall, randomCheckpoint } from "../dit-small.ts";
import { start, startNode } from "../harness/process-contestant.ts";
import type { ProcessContestant } from "../harness/process-contestant.ts";
import { medianRatio, race, times } from "../harness/race.ts";

interface Setting {
  readonly label: string;
  readonly config: DitConfig;
  readonly batch: number;
  readonly length: number;
}

/** 10 M parameters, as the bundled model has. */
export const tinySized: DitConfig = {
  ...ditSmall,
  vocabSize: 8192,
  hiddenSize: 256,
  blockCount: 6,
  headCount: 4,
  length: 128,
};
const settings: readonly Setting[] = [
  { label: "a: 10 M, 16 x 128", config: tinySized, batch: 16, length: 128 },
  { label: "b: 170 M, 1 x 256", config: ditSmall, batch: 1, length: 256 },
];

export const distillStep: Benchmark = {
  summary:
    "one update of a distillation: two teacher steps, forward, backward, clipping, AdamW, moving average",
  async run({ rounds, threads, cache, pytorch }) {
    const ourScript = new URL("../contestants/distill-step.ts", import.meta.url);
    const theirScript = fileURLToPath(new URL("../../pytorch/distill_step.py", import.meta.url));
    const rows = [];
    const targets = [];
    for (const { label, ...setting } of settings) {
      await using stack = new AsyncDisposableStack();
      const name = `${setting.config.hiddenSize}x${setting.config.blockCount}-${setting.config.vocabSize}`;
      const { path } = await randomCheckpoint({
        folder: cache,
        name,
        model: { family: "sdtt", config: setting.config },
      });
      const argument = { ...setting, path, threads };
      const contestants: ProcessContestant[] = [stack.use(await startNode("ours", ourScript, argument))];
      if (pytorch) {
        const parameters = [theirScript, JSON.stringify(argument)];
        contestants.push(stack.use(await start("PyTorch", pytorch, parameters)));
      }
      const measured = await race(contestants, rounds);
      const [ours] = measured;
      for (const [i, { name }] of contestants.entries()) {
        const peak = Math.round(measured[i]!.at(-1)!.peakBytes / 1e6);
        rows.push({ setting: label, who: name, ...times(measured[i]!), "peak MB": peak });
      }
      const theirs = measured[1];
      if (!theirs) continue;
      const memory = ours!.at(-1)!.peakBytes / theirs.at(-1)!.peakBytes;
      targets.push({
        what: `${label}: time as a share of PyTorch's`,
        measured: medianRatio(ours!, theirs),
        atMost: 1,
      });
      targets.push({ what: `${label}: peak memory as a share of PyTorch's`, measured: memory, atMost: 1 });
    }
    return { rows, targets };
  },
};
