import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { SdttError } from "@sdtt/core";
import { mpiMissing, runRanks } from "@sdtt/testing/run-ranks";
import type { Benchmark } from "../../benchmark.ts";
import { randomCheckpoint } from "../../dit-small.ts";
import { medianRatio, medianSeconds, race, times } from "../../harness/race.ts";
import type { Contestant, Timing } from "../../harness/race.ts";
import { tinySized } from "../distill-step.ts";

/** Updates of a round that are timed, after one that is not. */
const updates = 3;
const setting = { config: tinySized, batch: 16, microBatch: 8, updates };

interface UpdateTiming extends Timing {
  /** Seconds of an update in which the gradients were added up. */
  readonly summing: number;
}

export const ranks: Benchmark = {
  summary:
    "one update of a distillation of 10 M parameters, 16 x 128 tokens: two ranks of MPI with a thread each beside one process with two",
  async check() {
    if (mpiMissing) throw new SdttError("unavailable", `The benchmark needs MPI: ${mpiMissing}.`);
  },
  async run({ rounds, cache, sizes }) {
    const model = { family: "sdtt", config: tinySized } as const;
    const { path } = await randomCheckpoint({ folder: cache, name: "256x6-8192", model });
    const script = fileURLToPath(new URL("../../contestants/distill-ranks.ts", import.meta.url));
    const argument = (threads: number) =>
      JSON.stringify({ ...setting, length: sizes.includes("trial") ? 8 : 128, path, threads });
    const run = promisify(execFile);
    const contestants = [
      updatesOf("1 process, 2 threads", () =>
        run(process.execPath, [...process.execArgv, script, argument(2)]),
      ),
      updatesOf("2 ranks, 1 thread each", () => runRanks({ ranks: 2, args: [script, argument(1)] })),
    ];
    const measured = await race(contestants, rounds);
    const summing = measured.map((timings) => timings.map(({ summing: seconds }) => ({ seconds })));
    const rows = contestants.map(({ name }, i) => ({
      who: name,
      ...times(measured[i]!),
      "speed beside 1 process": medianRatio(measured[0]!, measured[i]!),
      ...(i > 0 && {
        "s to add up gradients": medianSeconds(summing[i]!),
        "its share": medianRatio(summing[i]!, measured[i]!),
      }),
    }));
    return { rows };
  },
};

/** A process, or several, for each round: ranks that wait for their turn would use the processor. */
function updatesOf(name: string, run: () => Promise<{ readonly stdout: string }>): Contestant<UpdateTiming> {
  return {
    name,
    async step() {
      const { stdout } = await run();
      const { seconds, summing } = JSON.parse(stdout) as Record<"seconds" | "summing", number[]>;
      const medianOf = (values: readonly number[]) => medianSeconds(values.map((own) => ({ seconds: own })));
      return { seconds: medianOf(seconds), summing: medianOf(summing) };
    },
    // Each run warms up by itself.
    async warmUp() {},
  };
}
