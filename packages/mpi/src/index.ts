export { findLaunch } from "./launch/find-launch.ts";
export type { Implementation, Launch } from "./launch/find-launch.ts";
export { withMpi } from "./with-mpi.ts";
export type { MpiOptions, MpiRanks } from "./with-mpi.ts";
