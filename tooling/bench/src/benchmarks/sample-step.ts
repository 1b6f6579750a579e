import { fileURLToPath } from "node:url";
import { createEngine } from "@sdtt/runtime";
import type { Benchmark, BenchmarkOptions } from "../benchmark.ts";
import { ditSmall, halfwayStep, int8DitSmall, randomDitSmall } from "../dit-small.ts";
import { fasterOf, measureMachine } from "../harness/machine-limits.ts";
import { passOperations } from "../harness/model-work.ts";
import { start, startNode } from "../harness/process-contestant.ts";
import type { ProcessContestant } from "../harness/process-contestant.ts";
import { medianRatio, race, times } from "../harness/race.ts";
import type { Timing } from "../harness/race.ts";

export const sampleStep: Benchmark = {
  summary:
    "one sampling step of a random DiT-small, 1024 tokens, batch 1: chosen rows, in float32 and int8, against full logits",
  async run(options) {
    const checkpoint = await randomDitSmall(options.cache);
    await using stack = new AsyncDisposableStack();
    const contestants: ProcessContestant[] = [];
    const paths = { float32: checkpoint.path, int8: await int8DitSmall(options.cache) };
    for (const start of starts(paths, options)) contestants.push(stack.use(await start()));
    const before = await measurePeak(options.threads);
    const measured = await race(contestants, options.rounds);
    const limits = fasterOf(before, await measurePeak(options.threads));

    const ours = measured[0]!;
    const pastFile = megabytes(ours.at(-1)!.peakBytes - checkpoint.bytes);
    const rows = contestants.map(({ name }, i) => ({
      path: name,
      ...times(measured[i]!),
      "default / this": medianRatio(ours, measured[i]!),
      "peak MB": megabytes(measured[i]!.at(-1)!.peakBytes),
    }));
    const int8Memory = measured[2]!.at(-1)!.peakBytes / ours.at(-1)!.peakBytes;
    const targets = [
      { what: "peak MB of the default path past the file", measured: pastFile, atMost: 700 },
      { what: "peak memory of int8, stored so, over the default path's", measured: int8Memory, atMost: 0.5 },
    ];
    if (options.pytorch) {
      const fused = measured.at(-2)!;
      const share = (of: readonly Timing[]) => medianRatio(of, fused);
      targets.push(
        {
          what: "the default path's step as a share of PyTorch's, fused",
          measured: share(ours),
          atMost: 0.34,
        },
        { what: "the same of int8", measured: share(measured[2]!), atMost: 0.15 },
      );
    }
    const operations = passOperations({ config: ditSmall, rows: halfwayStep().rows.length });
    const rate = operations / times(ours)["median s"];
    const notes = [
      `the default path needs ${giga(operations)} GFLOP, so it computes ${giga(rate)} GFLOP/s: ${(rate / limits.operationsPerSecond).toFixed(2)} of the ${giga(limits.operationsPerSecond)} GFLOP/s that a large product reaches here`,
    ];
    return { rows, targets, notes };
  },
};

async function measurePeak(threads: number) {
  await using engine = await createEngine({ threads });
  return await measureMachine(engine);
}

function giga(amount: number): string {
  return (amount / 1e9).toFixed(0);
}

/** The default path first, then int8 twice; PyTorch last, with fused attention before its plain form. */
function starts(
  paths: { readonly float32: string; readonly int8: string },
  { threads, pytorch }: BenchmarkOptions,
): (() => Promise<ProcessContestant>)[] {
  const common = { path: paths.float32, threads };
  const chosenRows = new URL("../contestants/chosen-rows.ts", import.meta.url);
  const allRows = new URL("../contestants/all-rows.ts", import.meta.url);
  const ours = [
    () => startNode("default: 32 rows", chosenRows, common),
    () => startNode("in int8, quantised as it loads", chosenRows, { ...common, dtype: "int8" }),
    () => startNode("in int8, stored so", chosenRows, { path: paths.int8, threads, dtype: "int8" }),
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
