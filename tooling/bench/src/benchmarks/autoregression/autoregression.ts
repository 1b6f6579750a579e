import { writeFile } from "node:fs/promises";
import { createStream } from "@sdtt/core";
import { expectCausal, expectDenoiser, namedModels, openCheckpoint } from "@sdtt/hub";
import type { CausalDescription } from "@sdtt/models";
import { createCausalModel, createDenoiser, createEngine } from "@sdtt/runtime";
import { finishSampling, sample } from "@sdtt/scheduler";
import type { Benchmark, BenchmarkOptions } from "../../benchmark.ts";
import { ditSmall, randomCheckpoint } from "../../dit-small.ts";
import { contestant, medianRatio, medianSeconds, race, times } from "../../harness/race.ts";
import type { Contestant, Timing } from "../../harness/race.ts";
import type { Report, Row } from "../../report.ts";
import { drawSpeed } from "./draw-speed.ts";
import type { SpeedBar } from "./draw-speed.ts";
import { fasterOf, measureMachine } from "../../harness/machine-limits.ts";
import type { MachineLimits } from "../../harness/machine-limits.ts";
import { causalTraffic, diffusionOperations } from "../../harness/model-work.ts";

const stepCounts = [8, 16, 32];

/** What one turn of a contestant writes. */
interface Entrant extends Contestant {
  readonly kind: "autoregressive" | "diffusion";
  readonly model: string;
  readonly batch: number;
  readonly steps: number;
  /** Passes of the network (NFE), known once it has run. */
  passes(): number;
  /** Bytes that have to be read from memory, at least; of what reads each weight for few rows. */
  readonly bytes?: number;
  /** Operations of matrix products; of what reads each weight for many rows. */
  operations?(): number;
}

export const autoregression: Benchmark = {
  summary:
    "the paper's claim of speed: GPT-2 with its cache, token by token, and DiT-small in 8, 16 and 32 steps",

  async run(options) {
    const { threads, rounds, plot } = options;
    await using engine = await createEngine({ threads });
    const before = await measureMachine(engine);
    await using stack = new AsyncDisposableStack();
    const entrants = await openEntrants(options, stack);
    const measured = await race(entrants, rounds);
    const limits = fasterOf(before, await measureMachine(engine));
    if (plot !== undefined)
      await writeFile(plot, drawSpeed(entrants.map((entrant, i) => barOf(entrant, measured[i]!))));
    return reportOf(entrants, measured, limits, sizesOf(options).length);
  },
};

function sizesOf({ sizes }: BenchmarkOptions) {
  const isTrial = sizes.includes("trial");
  const trial = { vocabSize: 1023, hiddenSize: 64, blockCount: 2, headCount: 2, length: 64 };
  const gpt2 = isTrial ? trial : namedModels.find(({ name }) => name === "gpt2")!.config;
  const dit = isTrial ? { ...ditSmall, ...trial, vocabSize: trial.vocabSize + 1 } : ditSmall;
  return {
    name: isTrial ? "trial" : "sm",
    label: isTrial ? "trial" : "small",
    gpt2,
    dit,
    length: dit.length,
  };
}

async function openEntrants(options: BenchmarkOptions, stack: AsyncDisposableStack): Promise<Entrant[]> {
  const { threads, cache: folder, dtype, batches = [1, 8] } = options;
  const { name, label, gpt2, dit, length } = sizesOf(options);
  const description: CausalDescription = { family: "gpt2", config: gpt2 };
  const paths = {
    gpt2: (await randomCheckpoint({ folder, name: `gpt2-${name}`, model: description })).path,
    dit: (await randomCheckpoint({ folder, name: `dit-${name}`, model: { family: "sdtt", config: dit } }))
      .path,
  };
  // An engine for each: the threads of one do not wait while the other computes.
  const [first, second] = [
    stack.use(await createEngine({ threads })),
    stack.use(await createEngine({ threads })),
  ];
  const causal = stack.use(
    await createCausalModel({
      engine: first,
      dtype,
      // All texts of a batch together: the weights are read once for all of them.
      maxPositions: Math.max(...batches) * (length + 1),
      ...expectCausal(await openCheckpoint({ path: paths.gpt2 }), paths.gpt2),
    }),
  );
  const denoiser = stack.use(
    await createDenoiser({
      engine: second,
      dtype,
      ...expectDenoiser(await openCheckpoint({ path: paths.dit }), paths.dit),
    }),
  );

  const autoregressive = (batch: number): Entrant => {
    let passes = 0;
    const write = async (tokens: number) => {
      const request = { prompts: new Int32Array(batch), batch, length: 1 + tokens, stream: createStream(1) };
      ({ passes } = await causal.generate(request));
    };
    return {
      ...contestant(`GPT-2, ${batch}`, () => write(length)),
      warmUp: () => write(4),
      kind: "autoregressive",
      model: `GPT-2 ${label} (random)`,
      batch,
      steps: length,
      passes: () => passes,
      // In int8 some weights are a byte and others four, and the peak is another: no share is told.
      ...(dtype === "float32" ? { bytes: causalTraffic({ description, batch, length }) } : {}),
    };
  };
  const diffusion = (batch: number, steps: number): Entrant => {
    let passes = 0;
    const write = async (taken: number) => {
      ({ passes } = await finishSampling(sample({ denoiser, length, batch, steps: taken, seed: 1 })));
    };
    return {
      ...contestant(`DiT, ${batch}, ${steps}`, () => write(steps)),
      warmUp: () => write(2),
      kind: "diffusion",
      model: `DiT ${label} (random)`,
      batch,
      steps,
      passes: () => passes,
      ...(dtype === "float32"
        ? { operations: () => diffusionOperations({ config: dit, batch, passes }) }
        : {}),
    };
  };
  return batches.flatMap((batch) => [
    autoregressive(batch),
    ...stepCounts.map((steps) => diffusion(batch, steps)),
  ]);
}

function reportOf(
  entrants: readonly Entrant[],
  measured: readonly Timing[][],
  limits: MachineLimits,
  length: number,
): Report {
  const rows = entrants.map((entrant, i): Row => {
    const { kind, model, batch, steps, bytes, operations } = entrant;
    const baseline = entrants.findIndex((other) => other.kind === "autoregressive" && other.batch === batch);
    const seconds = medianSeconds(measured[i]!);
    return {
      model,
      batch,
      steps: kind === "diffusion" ? steps : "1 token each",
      passes: entrant.passes(),
      ...times(measured[i]!),
      "s / text": seconds / batch,
      "tokens / s": (batch * length) / seconds,
      "GPT-2's time / this": medianRatio(measured[baseline]!, measured[i]!),
      ...(bytes === undefined ? {} : { "of the bandwidth": bytes / seconds / limits.bytesPerSecond }),
      ...(operations ? { "of the peak": operations() / seconds / limits.operationsPerSecond } : {}),
    };
  });
  return {
    rows,
    notes: [
      `memory: ${(limits.bytesPerSecond / 1e9).toFixed(1)} GB/s read; float32 matrix products: ${(limits.operationsPerSecond / 1e9).toFixed(0)} GFLOP/s (the fastest of ${limits.rounds} rounds each)`,
    ],
  };
}

function barOf({ kind, batch, steps }: Entrant, measured: readonly Timing[]): SpeedBar {
  return {
    batch,
    name: kind === "diffusion" ? `DiT-small, ${steps} steps` : "GPT-2, token by token",
    isReference: kind === "autoregressive",
    secondsPerText: medianSeconds(measured) / batch,
  };
}
