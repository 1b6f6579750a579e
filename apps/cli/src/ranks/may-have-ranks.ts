/** Whether a launcher of MPI started this process as one of several; which one is for `@sdtt/mpi` to find out. */
export function mayHaveRanks(env: Readonly<Record<string, string | undefined>>): boolean {
  const size = env["OMPI_COMM_WORLD_SIZE"] ?? env["PMI_SIZE"];
  return size === undefined ? env["PMIX_RANK"] !== undefined : size !== "1";
}
