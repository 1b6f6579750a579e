import { withMpi } from "../with-mpi.ts";

await withMpi({}, async () => {});
await withMpi({}, async () => {});
