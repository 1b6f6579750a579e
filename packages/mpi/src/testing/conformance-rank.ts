import { collectiveChecks, longSumChecks } from "@sdtt/testing";
import { withMpi } from "../with-mpi.ts";

// Run by mpirun: makes every check as one of its ranks, and tells on standard output which it got through.
await withMpi({}, async (ranks) => {
  const mpi = /Open MPI|MPICH/.exec(ranks.library)?.[0];
  for (const { title, run } of [...collectiveChecks, ...longSumChecks]) {
    await run(ranks);
    process.stdout.write(`rank ${ranks.rank} of ${ranks.size}, ${mpi}: ${title}\n`);
  }
});
