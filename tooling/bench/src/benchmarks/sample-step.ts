import { fileURLToPath } from "node:url";
import type { Benchmark, BenchmarkOptions } from "../benchmark.ts";
import { ditSmall, randomDitSmall } from "../dit-small.ts";
import { start, startNode } from "../harness/process-contestant.ts";
import type { ProcessContestant } from "../harness/process-contestant.ts";
import { medianRatio, race, times } from "../harness/race.ts";

export const sampleStep: Benchmark = {
  summary:
    "one sampling step of a random DiT-small, 1024 tokens, batch 1: chosen rows, in float32 and int8, against full logits",
  async run(options) {
    const checkpoint = await randomDitSmall(options.cache);
    await using stack = new AsyncDisposableStack();
    const contestants: ProcessContestant[] = [];
    for (const start of starts(checkpoint.path, options)) contestants.push(stack.use(await start()));
    const measured = await race(contestants, options.rounds);

    const ours = measured[0]!;
    const pastFile = megabytes(ours.at(-1)!.peakBytes - checkpoint.bytes);
    const rows = contestants.map(({ name }, i) => ({
      path: name,
      ...times(measured[i]!),
      "default / this": medianRatio(ours, measured[i]!),
      "peak MB": megabytes(measured[i]!.at(-1)!.peakBytes),
    }));
    const targets = [{ what: "peak MB of the default path past the file", measured: pastFile, atMost: 700 }];
    if (options.pytorch) {
      const share = medianRatio(ours, measured.at(-1)!);
      targets.push({ what: "the default path's step as a share of PyTorch's", measured: share, atMost: 0.4 });
    }
    return { rows, targets };
  },
};

/** The default path first, the PyTorch that the target is about last. */
function starts(path: string, { threads, pytorch }: BenchmarkOptions): (() => Promise<ProcessContestant>)[] {
  const common = { path, threads };
  const chosenRows = new URL("../contestants/chosen-rows.ts", import.meta.url);
  const allRows = new URL("../contestants/all-rows.ts", import.meta.url);
  const ours = [
    () => startNode("default: 32 rows", chosenRows, common),
    () => startNode("the same in int8", chosenRows, { ...common, dtype: "int8" }),
    () => startNode("full logits, drawn in the graph", allRows, { ...common, drawIn: "graph" }),
    () => startNode("full logits, drawn in JavaScript", allRows, { ...common, drawIn: "script" }),
  ];
  if (!pytorch) return ours;
  const script = fileURLToPath(new URL("../../pytorch/step.py", import.meta.url));
  const inPyTorch = (name: string, fusedAttention: boolean) => () =>
    start(name, pytorch, [script, JSON.stringify({ ...common, config: ditSmall, fusedAttention })]);
  return [
    ...ours,
    inPyTorch("PyTorch, fused attention", true),
    inPyTorch("PyTorch, attention as products and softmax", false),
  ];
}

function megabytes(bytes: number): number {
  return Math.round(bytes / 1e6);
}
