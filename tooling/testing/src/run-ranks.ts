import { execFileSync, spawn } from "node:child_process";
import type { ChildProcess } from "node:child_process";
import { once } from "node:events";
import { availableParallelism } from "node:os";

/** Why there is no launcher of MPI to test with; undefined where there is one. */
export const mpiMissing: string | undefined = findMpirun()
  ? undefined
  : "mpirun of Open MPI is not installed (Debian: apt-get install openmpi-bin)";

export interface RanksOptions {
  readonly ranks: number;
  /** What each rank runs: arguments of Node. */
  readonly args: readonly string[] | ((rank: number) => readonly string[]);
  readonly env?: Readonly<Record<string, string>>;
  /** Sees the launcher, and what the ranks write as they write it. */
  readonly onOutput?: (text: string, launcher: ChildProcess) => void;
}

export interface RanksRun {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs Node as so many ranks by the real `mpirun`, and keeps what they write. */
export async function runRanks(options: RanksOptions): Promise<RanksRun> {
  const { ranks, args, env = {}, onOutput } = options;
  const node = [process.execPath, "--conditions=@sdtt/source"];
  const programs =
    typeof args === "function"
      ? Array.from({ length: ranks }, (_, rank) => ["-n", "1", ...node, ...args(rank)])
      : [["-n", String(ranks), ...node, ...args]];
  const words = programs.flatMap((program, i) => (i === 0 ? program : [":", ...program]));
  const settings = [
    "--bind-to",
    "none",
    // More ranks than processors, and ranks that look for each other on this machine alone.
    ...(ranks > availableParallelism() ? ["--oversubscribe"] : []),
    "--mca",
    "btl",
    "self,vader",
    "--mca",
    "oob_tcp_if_include",
    "lo",
  ];
  const child = spawn("mpirun", [...settings, ...words], {
    env: { ...process.env, OMPI_ALLOW_RUN_AS_ROOT: "1", OMPI_ALLOW_RUN_AS_ROOT_CONFIRM: "1", ...env },
    stdio: ["ignore", "pipe", "pipe"],
  });
  const written = { stdout: "", stderr: "" };
  for (const name of ["stdout", "stderr"] as const) {
    child[name].setEncoding("utf8").on("data", (text: string) => {
      written[name] += text;
      onOutput?.(text, child);
    });
  }
  const [status] = (await once(child, "close")) as [number | null];
  return { status, ...written };
}

function findMpirun(): boolean {
  try {
    return /Open MPI|OpenRTE/.test(
      execFileSync("mpirun", ["--version"], { encoding: "utf8", stdio: "pipe" }),
    );
  } catch {
    return false;
  }
}
