import { expect, test } from "vitest";
import { findLaunch } from "./find-launch.ts";

test.each([
  [{}, undefined],
  // A script of sbatch, which none of its programs is a rank of.
  [{ SLURM_PROCID: "0", SLURM_NTASKS: "4" }, undefined],
  [
    {
      OMPI_COMM_WORLD_SIZE: "4",
      OMPI_COMM_WORLD_LOCAL_RANK: "1",
      OMPI_COMM_WORLD_LOCAL_SIZE: "2",
      PMIX_RANK: "3",
    },
    { launcher: "Open MPI's mpirun", implementation: "Open MPI", ranks: 4, localRank: 1, localRanks: 2 },
  ],
  [
    { PMI_RANK: "1", PMI_SIZE: "3", MPI_LOCALRANKID: "1", MPI_LOCALNRANKS: "3" },
    { launcher: "MPICH's mpiexec", implementation: "MPICH", ranks: 3, localRank: 1, localRanks: 3 },
  ],
  [
    { SLURM_PROCID: "5", SLURM_NTASKS: "8", SLURM_LOCALID: "1", PMIX_RANK: "5" },
    { launcher: "srun", ranks: 8, localRank: 1 },
  ],
  [{ PMIX_RANK: "0" }, { launcher: "a launcher by PMIx" }],
  [{ OMPI_COMM_WORLD_SIZE: "many" }, undefined],
])("%j", (env, expected) => {
  expect(findLaunch(env)).toEqual(expected);
});
