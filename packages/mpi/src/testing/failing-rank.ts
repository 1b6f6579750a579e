import { SdttError } from "@sdtt/core";
import { withMpi } from "../with-mpi.ts";

await withMpi({}, async (ranks) => {
  if (ranks.rank === 1) throw new SdttError("io", "the disk is full");
  await ranks.barrier();
});
