import { identityProgram } from "@sdtt/engine";
import type { DataType } from "@sdtt/core";
import type { Handle } from "./functions.ts";
import { createSession } from "./session.ts";
import type { Context } from "./session.ts";

/** A session of the device that gives back what it is given; nothing of it is left to the CPU. */
export function createIdentitySession(context: Context, dtype: DataType): Promise<Handle> {
  return createSession(context, identityProgram(dtype), {
    optimization: "none",
    prepack: false,
    widenInRuns: false,
    replay: false,
    exactBytes: false,
    onDevice: true,
  });
}
