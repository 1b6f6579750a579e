import type { Malformed } from "../malformed.ts";
import { pickleLimits } from "./limits.ts";
import { readOperation } from "./operations.ts";

/** The number of bytes of the pickle that the bytes begin with; undefined if it does not end among them. */
export function pickleLength(bytes: Uint8Array, malformed: Malformed): number | undefined {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let at = 0;
  for (let count = 0; count < pickleLimits.operations; count++) {
    const operation = readOperation(view, at, malformed);
    if (!operation || operation.name === "STOP") return operation?.end;
    at = operation.end;
  }
  return malformed(`its pickle has more than ${pickleLimits.operations} operations`);
}
