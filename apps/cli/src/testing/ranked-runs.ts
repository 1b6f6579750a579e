import type { ChildProcess } from "node:child_process";
import { cp, mkdir, readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { runRanks, temporaryDirectory } from "@sdtt/testing";
import type { MpiName, RanksRun } from "@sdtt/testing";
import { runCaptured } from "./run-captured.ts";
import { writeSmallModel } from "./small-model.ts";

const main = fileURLToPath(new URL("../main.ts", import.meta.url));

/** A small training and a small distillation that any number of ranks up to three can run. */
export interface RankedScene extends AsyncDisposable {
  readonly updates: number;
  /** Runs by the real command, alone or by `mpirun`, in a directory of that name. */
  run(name: string, ranks: number, options?: RankedRunOptions): Promise<RanksRun>;
  /** The weights that a run has ended with, as trained. */
  weights(name: string): Promise<Float32Array>;
  /** Updates of a run's newest checkpoint. */
  newest(name: string): Promise<number>;
  copy(from: string, to: string): Promise<void>;
}

interface RankedRunOptions {
  readonly mpi?: MpiName;
  /** What to run; `distill` unless given. */
  readonly command?: "distill" | "train";
  /** Of all ranks, or of each. */
  readonly flags?: readonly string[] | ((rank: number) => readonly string[]);
  /** Kills a rank with SIGKILL, so many milliseconds after the output has had this text. */
  readonly kill?: { readonly rank: number; readonly after: string; readonly milliseconds: number };
}

export async function openRankedScene({ updates }: { updates: number }): Promise<RankedScene> {
  const folder = await temporaryDirectory();
  const at = (name: string) => join(folder.path, name);
  await mkdir(at("model"));
  await writeSmallModel(at("model"));
  await writeFile(at("text.txt"), "The quick brown fox jumps over the lazy dog. ".repeat(40));
  const common = {
    data: at("text.txt"),
    dataCache: at("cache"),
    batchSize: 6,
    microBatchSize: 2,
    learningRate: 1e-3,
    warmupSteps: 2,
    dropout: 0.1,
    checkpointEvery: 5,
    threads: 1,
  };
  const rounds = { teacherSteps: 8, smallestSteps: 2, updatesPerRound: updates / 2 };
  const sizes = { hiddenSize: 32, blockCount: 1, headCount: 2, conditionSize: 16, length: 16 };
  const configs = {
    distill: { ...common, teacher: at("model"), ...rounds },
    train: { ...common, tokenizer: at("model/tokenizer.json"), ...sizes, updates },
  };
  for (const [command, config] of Object.entries(configs))
    await writeFile(at(`${command}.json`), JSON.stringify(config));

  const checkpoints = async (name: string) => {
    const names = await readdir(join(at(name), "checkpoints")).catch(() => []);
    return names.filter((entry) => /^step-\d+$/.test(entry)).toSorted();
  };

  return {
    updates,
    async run(name, ranks, { mpi = "Open MPI", command = "distill", flags = [], kill } = {}) {
      const args = (rank: number) => [
        command,
        at(`${command}.json`),
        "--out",
        at(name),
        ...(typeof flags === "function" ? flags(rank) : flags),
      ];
      if (ranks === 1) return runCaptured(args(0));
      let isKilled = false;
      return runRanks({
        ranks,
        mpi,
        args: typeof flags === "function" ? (rank) => [main, ...args(rank)] : [main, ...args(0)],
        onOutput(text, launcher) {
          if (!kill || isKilled || !text.includes(kill.after)) return;
          isKilled = true;
          setTimeout(() => void killRank(launcher, kill.rank), kill.milliseconds);
        },
      });
    },
    async weights(name) {
      const bytes = await readFile(
        join(at(name), "checkpoints", (await checkpoints(name)).at(-1)!, "raw.safetensors"),
      );
      const header = 8 + Number(bytes.readBigUInt64LE(0));
      return new Float32Array(Uint8Array.from(bytes.subarray(header)).buffer);
    },
    async newest(name) {
      return Number((await checkpoints(name)).at(-1)?.slice("step-".length) ?? 0);
    },
    copy: (from, to) => cp(at(from), at(to), { recursive: true }),
    [Symbol.asyncDispose]: () => folder[Symbol.asyncDispose](),
  };
}

/** How far two arrays are apart, relative to the first. */
export function relativeDistance(first: Float32Array, second: Float32Array): number {
  if (first.length !== second.length) return Infinity;
  const norm = (values: Float32Array) => Math.sqrt(values.reduce((sum, value) => sum + value ** 2, 0));
  return norm(first.map((value, i) => value - second[i]!)) / norm(first);
}

/** Finds the process of a rank among the launcher's, by what the launcher told it. */
async function killRank({ pid }: ChildProcess, rank: number): Promise<void> {
  for (const thread of await readdir(`/proc/${pid}/task`)) {
    const children = await readFile(`/proc/${pid}/task/${thread}/children`, "utf8");
    for (const child of children.split(" ").filter(Boolean)) {
      const environment = await readFile(`/proc/${child}/environ`, "utf8").catch(() => "");
      if (environment.split("\0").includes(`OMPI_COMM_WORLD_RANK=${rank}`))
        process.kill(Number(child), "SIGKILL");
    }
  }
}
