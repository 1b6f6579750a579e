import { execFileSync, spawn } from "node:child_process";
import type { ChildProcess } from "node:child_process";
import { once } from "node:events";
import { availableParallelism } from "node:os";

/** Whose launcher starts the ranks. */
export type MpiName = "Open MPI" | "MPICH";

/** Their commands, the most particular first: Debian has both beside each other under such names. */
const launchers: Readonly<Record<MpiName, { readonly commands: readonly string[]; readonly says: RegExp }>> =
  {
    "Open MPI": { commands: ["mpirun.openmpi", "mpirun"], says: /Open MPI|OpenRTE/ },
    MPICH: { commands: ["mpirun.mpich", "mpirun"], says: /HYDRA|MPICH/ },
  };

/** Why there is no launcher of MPI to test with; undefined where there is one. */
export const mpiMissing: string | undefined = findLauncher("Open MPI")
  ? undefined
  : "mpirun of Open MPI is not installed (Debian: apt-get install openmpi-bin)";

/** The same of MPICH. */
export const mpichMissing: string | undefined = findLauncher("MPICH")
  ? undefined
  : "mpirun of MPICH is not installed (Debian: apt-get install mpich)";

export interface RanksOptions {
  readonly ranks: number;
  /** Open MPI unless given. */
  readonly mpi?: MpiName;
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
  const { ranks, mpi = "Open MPI", args, env = {}, onOutput } = options;
  const node = [process.execPath, "--conditions=@sdtt/source"];
  const programs =
    typeof args === "function"
      ? Array.from({ length: ranks }, (_, rank) => ["-n", "1", ...node, ...args(rank)])
      : [["-n", String(ranks), ...node, ...args]];
  const words = programs.flatMap((program, i) => (i === 0 ? program : [":", ...program]));
  const launcher = findLauncher(mpi);
  if (launcher === undefined) throw new Error(`There is no mpirun of ${mpi}.`);
  const child = spawn(launcher, [...settingsOf(mpi, ranks), ...words], {
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

function settingsOf(mpi: MpiName, ranks: number): string[] {
  // Ranks that look for each other on this machine alone, and that may be more than its processors.
  if (mpi === "MPICH") return ["-iface", "lo", "-bind-to", "none"];
  const more = ranks > availableParallelism() ? ["--oversubscribe"] : [];
  return ["--bind-to", "none", ...more, "--mca", "btl", "self,vader", "--mca", "oob_tcp_if_include", "lo"];
}

function findLauncher(mpi: MpiName): string | undefined {
  const { commands, says } = launchers[mpi];
  return commands.find((command) => {
    try {
      return says.test(execFileSync(command, ["--version"], { encoding: "utf8", stdio: "pipe" }));
    } catch {
      return false;
    }
  });
}
