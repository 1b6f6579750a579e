import { SdttError } from "@sdtt/core";
import type { CliContext } from "../context.ts";

/** The address that a flag gives, else the one of `SDTT_QUEUE`, which other users of the machine do not see. */
export function queueAddress(flag: string | true | undefined, { env }: Pick<CliContext, "env">): string {
  const address = typeof flag === "string" ? flag : env["SDTT_QUEUE"];
  if (address) return address;
  throw new SdttError(
    "usage",
    "Give the address of Redis, as --queue redis://host:6379 or in the variable SDTT_QUEUE.",
  );
}
