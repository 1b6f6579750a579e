import type { DataType } from "@sdtt/core";
import { input, serialize, type Program } from "@sdtt/graph";

/** `same` is `given`, `[n]`: what a device must be able to do to be one, and a copy from one memory into another. */
export function identityProgram(dtype: DataType): Program {
  return serialize({ outputs: { same: input("given", dtype, ["n"]) }, name: "identity" });
}
