/** How this process was started as one of several. */
export interface Launch {
  /** For messages. */
  readonly launcher: string;
  /** The MPI that the launcher belongs to; undefined for one that starts programs of any MPI. */
  readonly implementation?: Implementation;
  /** How many ranks it started, where it says so. */
  readonly ranks?: number;
  /** Which of the ranks on this machine this one is, from 0, and how many there are. */
  readonly localRank?: number;
  readonly localRanks?: number;
}

/** The two that all others derive from; Intel MPI and MVAPICH are MPICH here. */
export type Implementation = "Open MPI" | "MPICH";

/** What the launchers tell by environment variables; undefined for a process that none started. */
export function findLaunch(env: Readonly<Record<string, string | undefined>>): Launch | undefined {
  const number = (...names: string[]) => {
    const text = names
      .map((name) => env[name])
      .find((value) => value !== undefined && /^\d{1,9}$/.test(value));
    return text === undefined ? undefined : Number(text);
  };
  const launch = (
    launcher: string,
    implementation: Implementation | undefined,
    ranks: number | undefined,
  ): Launch => {
    const localRank = number("OMPI_COMM_WORLD_LOCAL_RANK", "MPI_LOCALRANKID", "SLURM_LOCALID");
    const localRanks = number("OMPI_COMM_WORLD_LOCAL_SIZE", "MPI_LOCALNRANKS");
    return {
      launcher,
      ...(implementation && { implementation }),
      ...(ranks !== undefined && { ranks }),
      ...(localRank !== undefined && { localRank }),
      ...(localRanks !== undefined && { localRanks }),
    };
  };
  const open = number("OMPI_COMM_WORLD_SIZE");
  if (open !== undefined) return launch("Open MPI's mpirun", "Open MPI", open);
  // A script of sbatch has Slurm's variables, too; only srun gives its programs a place to meet.
  const meets = env["PMI_RANK"] !== undefined || env["PMIX_RANK"] !== undefined;
  if (!meets) return undefined;
  if (env["SLURM_PROCID"] !== undefined) return launch("srun", undefined, number("SLURM_NTASKS", "PMI_SIZE"));
  if (env["PMI_RANK"] !== undefined) return launch("MPICH's mpiexec", "MPICH", number("PMI_SIZE"));
  return launch("a launcher by PMIx", undefined, undefined);
}
